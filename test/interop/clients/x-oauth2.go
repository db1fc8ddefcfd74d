// Reads one exchange a line (JSON), answers one outcome a line.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

type exchange struct {
	URL, Way, ClientID, ClientSecret, Username, Password string
	Scope                                                *string
	Refresh                                              bool
}

var styles = map[string]oauth2.AuthStyle{
	"basic":  oauth2.AuthStyleInHeader,
	"body":   oauth2.AuthStyleInParams,
	"either": oauth2.AuthStyleAutoDetect,
}

func (wanted exchange) run(ctx context.Context) map[string]interface{} {
	config := oauth2.Config{
		ClientID:     wanted.ClientID,
		ClientSecret: wanted.ClientSecret,
		Endpoint:     oauth2.Endpoint{TokenURL: wanted.URL + "/token", AuthStyle: styles[wanted.Way]},
	}
	if wanted.Scope != nil {
		config.Scopes = strings.Split(*wanted.Scope, " ")
	}
	token, err := config.PasswordCredentialsToken(ctx, wanted.Username, wanted.Password)
	if err != nil {
		return failed(err)
	}
	outcome := map[string]interface{}{"accessToken": token.AccessToken, "scope": token.Extra("scope")}
	if wanted.Refresh {
		token.Expiry = time.Now().Add(-time.Minute)
		refreshed, err := config.TokenSource(ctx, token).Token()
		if err != nil {
			return failed(err)
		}
		outcome["refreshedAccessToken"] = refreshed.AccessToken
	}
	return outcome
}

func failed(err error) map[string]interface{} {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		return map[string]interface{}{"error": err.Error()}
	}
	var answer struct{ Error string }
	if err := json.Unmarshal(refused.Body, &answer); err != nil {
		return map[string]interface{}{"error": string(refused.Body)}
	}
	return map[string]interface{}{"error": answer.Error}
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var wanted exchange
		if err := json.Unmarshal(lines.Bytes(), &wanted); err != nil {
			panic(err)
		}
		outcome, err := json.Marshal(wanted.run(context.Background()))
		if err != nil {
			panic(err)
		}
		fmt.Println(string(outcome))
	}
}
