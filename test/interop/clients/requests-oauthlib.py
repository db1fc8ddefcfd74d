"""Reads one exchange a line (JSON), answers one outcome a line."""

import json
import os
import sys

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

from oauthlib.oauth2 import LegacyApplicationClient, OAuth2Error
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session


def exchange(wanted):
    scope = wanted["scope"].split(" ") if "scope" in wanted else None
    session = OAuth2Session(client=LegacyApplicationClient(client_id=wanted["clientId"], scope=scope))
    url = wanted["url"] + "/token"
    by_basic = wanted["way"] == "basic"
    auth = HTTPBasicAuth(wanted["clientId"], wanted["clientSecret"]) if by_basic else None
    in_body = {} if by_basic else {"client_secret": wanted["clientSecret"]}
    try:
        token = session.fetch_token(
            url,
            username=wanted["username"],
            password=wanted["password"],
            auth=auth,
            include_client_id=not by_basic,
            **in_body,
        )
        outcome = {"accessToken": token["access_token"], "scope": " ".join(token.get("scope") or [])}
        if wanted["refresh"]:
            if not by_basic:
                in_body["client_id"] = wanted["clientId"]
            refreshed = session.refresh_token(url, auth=auth, **in_body)
            outcome["refreshedAccessToken"] = refreshed["access_token"]
        return outcome
    except OAuth2Error as error:
        return {"error": error.error}


for line in sys.stdin:
    print(json.dumps(exchange(json.loads(line))), flush=True)
