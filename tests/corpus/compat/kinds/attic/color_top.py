import paint
