"""All functions of the library by the names under which templates call them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xgen.compat import api, django, gui, members, text

if TYPE_CHECKING:
    from collections.abc import Callable

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "xproto_api_opts": api.api_opts,
    "xproto_api_type": api.api_type,
    "xproto_base_def": django.base_def,
    "xproto_base_fields": members.base_fields,
    "xproto_base_links": members.base_links,
    "xproto_base_name": text.base_name,
    "xproto_base_rlinks": members.base_rlinks,
    "xproto_camel_to_underscore": text.camel_to_underscore,
    "xproto_debug": text.debug,
    "xproto_default_to_gui": gui.default_to_gui,
    "xproto_dict_to_sorted_string": gui.dict_to_sorted_string,
    "xproto_django_link_options_str": django.django_link_options_str,
    "xproto_django_link_type": django.django_link_type,
    "xproto_django_options_str": django.django_options_str,
    "xproto_django_type": django.django_type,
    "xproto_field_graph_components": members.field_graph_components,
    "xproto_field_to_swagger_enum": api.field_to_swagger_enum,
    "xproto_fields": members.fields,
    "xproto_fields_to_tosca_keys": api.fields_to_tosca_keys,
    "xproto_first_non_empty": text.first_non_empty,
    "xproto_is_true": text.is_true,
    "xproto_links_to_modeldef_relations": gui.links_to_modeldef_relations,
    "xproto_list_evaluates_true": text.list_evaluates_true,
    "xproto_optioned_fields_to_list": django.optioned_fields_to_list,
    "xproto_options_choices_to_dict": gui.options_choices_to_dict,
    "xproto_pluralize": text.pluralize,
    "xproto_rlinks": members.rlinks,
    "xproto_singularize": text.singularize,
    "xproto_singularize_pluralize": text.singularize_pluralize,
    "xproto_string_type": text.string_type,
    "xproto_tosca_field_type": api.tosca_field_type,
    "xproto_tosca_required": api.tosca_required,
    "xproto_tuplify": text.tuplify,
    "xproto_type_to_swagger_type": api.type_to_swagger_type,
    "xproto_type_to_ui_type": gui.type_to_ui_type,
    "xproto_unquote": text.unquote,
    "xproto_validations": text.validations,
    "xproto_validators": gui.validators,
}
"""Those that need nothing but their arguments; `environment` adds the rest."""
