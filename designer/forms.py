"""The form of an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.session import get_session
from django import forms

from designer.buckets import normal_places
from designer.connections import check_endpoint_url, check_queue_url
from designer.models import Environment

if TYPE_CHECKING:
    _Form = forms.ModelForm[Environment]
else:
    _Form = forms.ModelForm  # Django's own class takes no type argument at run time


def _url(label: str, help_text: str = "") -> forms.URLField:
    return forms.URLField(label=label, help_text=help_text, required=False, assume_scheme="https")


class EnvironmentForm(_Form):
    endpoint_url = _url("Endpoint URL", "Only for an endpoint that isn't AWS's own")
    public_endpoint_url = _url("Public endpoint URL", "The same endpoint as a browser reaches it")
    review_queue_url = _url("Review queue URL", "SQS; workflows put their questions for people there")
    status_queue_url = _url("Status queue URL", "SQS; an EventBridge rule puts executions' status changes there")

    class Meta:
        model = Environment
        fields = (
            "name",
            "region",
            "profile",
            "role_arn",
            "external_id",
            "execution_role_arn",
            "creates_roles",
            "role_boundary_arn",
            "endpoint_url",
            "public_endpoint_url",
            "review_queue_url",
            "status_queue_url",
            "media_buckets",
            "production",
        )
        labels = {"external_id": "External ID", "media_buckets": "Buckets to show"}  # noqa: RUF012 - Django's own form

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"
        self.fields["media_buckets"].widget.attrs |= {"rows": 3, "class": "textarea", "spellcheck": "false"}
        for name in ("production", "creates_roles"):
            self.fields[name].widget.attrs["class"] = "checkbox checkbox-sm"
        self.fields["region"].widget.attrs["list"] = "regions"

    def clean_region(self) -> str:
        region: str = self.cleaned_data["region"].strip()
        known = get_session().get_available_regions("stepfunctions", allow_non_regional=True)
        if region not in known and not self.data.get("endpoint_url"):
            raise forms.ValidationError(f"{region} isn't a Region with Step Functions. Write one like eu-west-1.")
        return region

    def clean_endpoint_url(self) -> str:
        url: str = self.cleaned_data.get("endpoint_url") or ""
        check_endpoint_url(url)
        return url

    def clean_public_endpoint_url(self) -> str:
        url: str = self.cleaned_data.get("public_endpoint_url") or ""
        if url and not self.cleaned_data.get("endpoint_url"):
            raise forms.ValidationError("Only an endpoint of its own has a public address: give the endpoint URL, too.")
        check_endpoint_url(url)
        return url

    def clean_review_queue_url(self) -> str:
        return self._queue_url("review_queue_url")

    def clean_status_queue_url(self) -> str:
        return self._queue_url("status_queue_url")

    def _queue_url(self, name: str) -> str:
        url: str = self.cleaned_data.get(name) or ""
        check_queue_url(url, endpoint_url=self.cleaned_data.get("endpoint_url") or "")
        return url

    def clean_media_buckets(self) -> str:
        return normal_places(self.cleaned_data.get("media_buckets") or "")

    def clean_role_boundary_arn(self) -> str:
        arn: str = (self.cleaned_data.get("role_boundary_arn") or "").strip()
        if arn and not (arn.startswith("arn:") and ":policy/" in arn):
            raise forms.ValidationError("A policy's ARN looks like arn:aws:iam::123456789012:policy/name.")
        return arn

    def clean_role_arn(self) -> str:
        return _role(self.cleaned_data.get("role_arn"))

    def clean_execution_role_arn(self) -> str:
        return _role(self.cleaned_data.get("execution_role_arn"))


def _role(arn: str | None) -> str:
    arn = (arn or "").strip()
    if arn and not (arn.startswith("arn:") and ":role/" in arn):
        raise forms.ValidationError("A role's ARN looks like arn:aws:iam::123456789012:role/name.")
    return arn
