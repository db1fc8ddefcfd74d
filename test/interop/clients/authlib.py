"""Reads one exchange a line (JSON), answers one outcome a line."""

import json
import sys

sys.path.pop(0)  # this file's own folder, where `authlib` would be this file

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session


def exchange(wanted):
    session = OAuth2Session(
        client_id=wanted["clientId"],
        client_secret=wanted["clientSecret"],
        token_endpoint_auth_method="client_secret_basic" if wanted["way"] == "basic" else "client_secret_post",
        scope=wanted.get("scope"),
    )
    url = wanted["url"] + "/token"
    try:
        token = session.fetch_token(url, username=wanted["username"], password=wanted["password"])
        outcome = {"accessToken": token["access_token"], "scope": token["scope"]}
        if wanted["refresh"]:
            refreshed = session.refresh_token(url, refresh_token=token["refresh_token"])
            outcome["refreshedAccessToken"] = refreshed["access_token"]
        return outcome
    except OAuthError as error:
        return {"error": error.error}


for line in sys.stdin:
    print(json.dumps(exchange(json.loads(line))), flush=True)
