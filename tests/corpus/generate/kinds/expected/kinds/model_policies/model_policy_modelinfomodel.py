"""What follows from a change of any ModelInfoModel."""

from kinds._generated.models import ModelInfoModel
from kinds._generated.policies import ModelInfoModelPolicyBase


class ModelInfoModelPolicy(ModelInfoModelPolicyBase):
    """Derives other objects and fields from each ModelInfoModel; runs before its step."""

    def handle_create(self, o: ModelInfoModel) -> None:
        """Act on a new object."""

    def handle_update(self, o: ModelInfoModel) -> None:
        """Act on an object that a user or its step changed."""

    def handle_delete(self, o: ModelInfoModel) -> None:
        """Act on a deleted object, while its row is still there."""
