package api

import (
	"context"
	"net/http"

	"khadamat/internal/account"

	"github.com/danielgtaylor/huma/v2"
)

// Token is a personal access token without its secret.
type Token struct {
	ID         string `json:"id"`
	Name       string `json:"name" example:"Calendar at the office"`
	CreatedAt  Time   `json:"created_at"`
	ExpiresAt  *Time  `json:"expires_at" doc:"null: never"`
	LastUsedAt *Time  `json:"last_used_at" doc:"To the minute; null: not yet"`
}

// NewToken is a token with its secret, which is shown this once.
type NewToken struct {
	Token
	Secret string `json:"token" doc:"The secret. It is shown this once; keep it where you keep passwords" example:"kh_4Zr0…"`
}

// TokenRequest is what a new token is to be like.
type TokenRequest struct {
	Name          string `json:"name" maxLength:"1000" doc:"What the token is for" example:"Calendar at the office"`
	ExpiresInDays int    `json:"expires_in_days,omitempty" doc:"1 to 365; 0 or left out: never" example:"90"`
}

type createTokenInput struct {
	Creation
	Body TokenRequest
}

type tokenInput struct {
	ID string `path:"id"`
}

func tokenOf(t account.Token) Token {
	return Token{ID: t.ID, Name: t.Name, CreatedAt: timeOf(t.CreatedAt), ExpiresAt: timeOrNull(t.ExpiresAt), LastUsedAt: timeOrNull(t.LastUsedAt)}
}

func (a *api) addMe() {
	op := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{tagMe}, Summary: summary, Description: description, Errors: errors}
	}
	add(a, forMe, op("me", http.MethodGet, "/me", "Your account", "Who is signed in."), a.me)
	add(a, forMe, op("list-tokens", http.MethodGet, "/me/tokens", "Your personal access tokens", "Without their secrets, the newest first."), a.listTokens)
	create := op("create-token", http.MethodPost, "/me/tokens", "Make a personal access token", "For a program that acts in your name. Needs a browser's session: a token cannot make another.", 409, 410)
	create.DefaultStatus = http.StatusCreated
	add(a, forMe, create, a.createToken)
	add(a, forMe, op("revoke-token", http.MethodDelete, "/me/tokens/{id}", "Revoke a personal access token", "At once, and for good."), a.revokeToken)
}

func (a *api) me(ctx context.Context, c *call, _ *struct{}) (*answer[Account], error) {
	mine, err := a.Accounts.Account(ctx, c.actor.ID)
	if err != nil {
		return nil, err
	}
	return reply(accountOf(mine)), nil
}

func (a *api) listTokens(ctx context.Context, c *call, _ *struct{}) (*answer[List[Token]], error) {
	tokens, err := a.Accounts.ListTokens(ctx, c.actor)
	if err != nil {
		return nil, err
	}
	return reply(listOf(tokens, tokenOf)), nil
}

func (a *api) createToken(ctx context.Context, c *call, in *createTokenInput) (*answer[NewToken], error) {
	secret, token, err := a.Accounts.CreateToken(ctx, c.actor, in.Body.Name, in.Body.ExpiresInDays, in.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	return reply(NewToken{Token: tokenOf(token), Secret: secret}), nil
}

func (a *api) revokeToken(ctx context.Context, c *call, in *tokenInput) (*struct{}, error) {
	return nil, a.Accounts.RevokeToken(ctx, c.actor, in.ID)
}
