"""Who answers in a model's place on this machine."""

from django import template

from designer.connections import STAND_IN, text_models_label

register = template.Library()


@register.simple_tag
def model_server() -> str:
    """The model of one's own server that answers under the text models' names; empty where stand-ins do."""
    label = text_models_label()
    return "" if label == STAND_IN else label
