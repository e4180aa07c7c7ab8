"""Options of push: how `skysyn serve` reaches devices."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # typer resolves it
from typing import TYPE_CHECKING, Annotated, Literal

import attrs
import typer

if TYPE_CHECKING:
    from skysyn.server.push import FCM, APNs, Push


def _secret(variable: str, text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(
        envvar=variable, help=text, show_default=False
    )
    return option


@attrs.frozen(kw_only=True)
class PushOptions:
    """What the command line says about push."""

    record_pushes: Annotated[
        bool,
        typer.Option(help="Take notifications, also without a service to send them."),
    ] = False
    apns: Annotated[
        bool, typer.Option(envvar="APNS_ENABLE", help="Reach Apple devices.")
    ] = False
    apns_type: Annotated[
        Literal["cert", "token"],
        typer.Option(envvar="APNS_TYPE", help="By a certificate, or by a key."),
    ] = "cert"
    apns_env: Annotated[
        Literal["sandbox", "production"],
        typer.Option(envvar="APNS_ENV", help="Which of Apple's services."),
    ] = "sandbox"
    apns_url: Annotated[
        str, typer.Option(envvar="APNS_URL", help="Where another one is.")
    ] = ""
    apns_certificate: Annotated[
        str, _secret("APNS_CERTIFICATE", "The certificate, as PEM.")
    ] = ""
    apns_certificate_path: Annotated[
        Path | None,
        typer.Option(envvar="APNS_CERTIFICATE_PATH", help="Its file."),
    ] = None
    apns_private_key: Annotated[
        str, _secret("APNS_PRIVATE_KEY", "The certificate's key, as PEM.")
    ] = ""
    apns_private_key_path: Annotated[
        Path | None,
        typer.Option(envvar="APNS_PRIVATE_KEY_PATH", help="Its file."),
    ] = None
    apns_team_id: Annotated[
        str, typer.Option(envvar="APNS_TEAM_ID", help="Whose key it is.")
    ] = ""
    apns_key_id: Annotated[
        str, typer.Option(envvar="APNS_KEY_ID", help="Which key it is.")
    ] = ""
    apns_token_key: Annotated[
        str, _secret("APNS_TOKEN_KEY", "The key, the text of a .p8 file.")
    ] = ""
    apns_token_key_path: Annotated[
        Path | None, typer.Option(envvar="APNS_TOKEN_KEY_PATH", help="Its file.")
    ] = None
    fcm: Annotated[
        bool, typer.Option(envvar="FCM_ENABLE", help="Reach Android devices.")
    ] = False
    fcm_type: Annotated[
        Literal["server_key", "service_account"],
        typer.Option(envvar="FCM_TYPE", help="By the old interface, or by HTTP v1."),
    ] = "server_key"
    fcm_url: Annotated[
        str, typer.Option(envvar="FCM_URL", help="Where another service is.")
    ] = ""
    fcm_server_key: Annotated[
        str, _secret("FCM_SERVER_KEY", "The key of the old interface.")
    ] = ""
    fcm_service_account_key: Annotated[
        str, _secret("FCM_SERVICE_ACCOUNT_KEY", "The account, as JSON.")
    ] = ""
    fcm_service_account_key_path: Annotated[
        Path | None,
        typer.Option(envvar="FCM_SERVICE_ACCOUNT_KEY_PATH", help="Its file."),
    ] = None
    gcm: Annotated[
        bool, typer.Option(envvar="GCM_ENABLE", help="The old name of --fcm.")
    ] = False
    gcm_api_key: Annotated[
        str, _secret("GCM_APIKEY", "The old name of --fcm-server-key.")
    ] = ""

    def settings(self) -> Push:
        """Return what the server is to send by.

        Raises:
            DeclarationError: a service lacks something, or has too much.
        """
        from skysyn.server.push import Push  # noqa: PLC0415  # when it is installed

        return Push(record=self.record_pushes, apns=self._apns(), fcm=self._fcm())

    def _apns(self) -> APNs | None:
        from skysyn.server.push import APNs  # noqa: PLC0415  # as above
        from skysyn.server.push.settings import APNS  # noqa: PLC0415  # as above

        if not self.apns:
            return None
        url = self.apns_url or APNS[self.apns_env]
        if self.apns_type == "token":
            key = _text(self.apns_token_key, self.apns_token_key_path)
            team, name = self.apns_team_id, self.apns_key_id
            return APNs(url=url, team_id=team, key_id=name, key=key)
        certificate = _text(self.apns_certificate, self.apns_certificate_path)
        key = _text(self.apns_private_key, self.apns_private_key_path)
        return APNs(url=url, certificate=certificate, private_key=key)

    def _fcm(self) -> FCM | None:
        from skysyn.server.push import FCM  # noqa: PLC0415  # as above
        from skysyn.server.push.settings import FCM_URL  # noqa: PLC0415  # as above

        url = self.fcm_url or FCM_URL
        if self.fcm and self.fcm_type == "service_account":
            path = self.fcm_service_account_key_path
            return FCM(url=url, account=_text(self.fcm_service_account_key, path))
        if self.fcm or self.gcm:
            return FCM(url=url, server_key=self.fcm_server_key or self.gcm_api_key)
        return None


def _text(given: str, path: Path | None) -> str:
    """Return a text that is given itself, or as a file."""
    if given or path is None:
        return given
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"cannot read {path}: {error}"
        raise typer.BadParameter(msg) from error
