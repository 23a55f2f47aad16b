"""Objects by the names that people have for them."""

from __future__ import annotations

import pytest
from sampleservice._generated.models import (
    Color,
    EmbeddedImage,
    ExampleService,
    ExampleServiceInstance,
)

from xgen.runtime.core.models import Service, ServiceInstanceLink
from xgen.runtime.errors import AmbiguousKey, BadKey, NoSuchObject
from xgen.runtime.keys import find, key_fields, key_of

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def image():
    ExampleService.objects.create(name="web", service_message="hello")
    pages = [ExampleServiceInstance.objects.create(name=name, tenant_message="m") for name in "ab"]
    for page in pages:
        EmbeddedImage.objects.create(name="sun", url="u", serviceinstance=page)
    return EmbeddedImage.objects.get(serviceinstance=pages[0])


def test_keys_of_models():
    assert key_fields(Color) == ("name",)
    assert key_fields(ExampleService) == ("name",)
    assert key_fields(EmbeddedImage) == ("name", "serviceinstance")


def test_a_simple_key():
    red = Color.objects.create(name="red", html_code="#f00")
    assert find(Color, "red") == red
    assert find(Color, {"html_code": "#f00"}) == red
    assert key_of(red) == "red"
    red.delete()
    with pytest.raises(NoSuchObject, match="there is no Color `red`"):
        find(Color, "red")


def test_a_composite_key(image):
    assert find(EmbeddedImage, {"name": "sun", "serviceinstance": "a"}) == image
    assert find(EmbeddedImage, key_of(image)) == image
    assert key_of(image) == {"name": "sun", "serviceinstance": "a"}
    with pytest.raises(AmbiguousKey, match="give name, serviceinstance"):
        find(EmbeddedImage, "sun")
    with pytest.raises(NoSuchObject, match="ExampleServiceInstance `zzz`"):
        find(EmbeddedImage, {"name": "sun", "serviceinstance": "zzz"})


def test_a_base_is_found_by_the_key_of_what_derives_from_it(image):
    assert find(Service, "web").leaf == ExampleService.objects.get()
    link = ServiceInstanceLink.objects.create(provider_service_instance_id=image.serviceinstance_id)
    assert find(ServiceInstanceLink, {"provider_service_instance": "a"}) == link


@pytest.mark.parametrize(
    "key",
    [
        {"nme": "x"},
        {"embedded_images": 1},
        ["x"],
        {"created": "yesterday"},
        {"name": {"a": 1}},
        {"no_sync": "perhaps"},
    ],
)
def test_bad_keys(key):
    with pytest.raises((BadKey, NoSuchObject)):
        find(Color, key)
