package api

import (
	"bytes"
	"context"
	"net/http"

	"khadamat/internal/account"
	"khadamat/internal/account/cookie"

	"github.com/danielgtaylor/huma/v2"
)

// Profile is what people say of themselves.
type Profile struct {
	Name     string `json:"name" maxLength:"1000" example:"Salma Benali"`
	Language string `json:"language" enum:"fr,ar,en" doc:"Of letters"`
	Phone    string `json:"phone,omitempty" maxLength:"100" doc:"Left out: none" example:"06 12 34 56 78"`
}

// SessionInfo is where somebody is signed in.
type SessionInfo struct {
	ID         string `json:"id"`
	Address    string `json:"address" doc:"From where, as we saw it last" example:"192.0.2.1"`
	UserAgent  string `json:"user_agent"`
	CreatedAt  Time   `json:"created_at"`
	LastUsedAt Time   `json:"last_used_at"`
	ExpiresAt  Time   `json:"expires_at"`
	Current    bool   `json:"current" doc:"The one that asks"`
}

// Address is a place that you have work done at.
type Address struct {
	ID string `json:"id"`
	AddressRequest
}

// AddressRequest is an address as it is typed.
type AddressRequest struct {
	Label   string `json:"label" doc:"Up to 40 letters" example:"Maison"`
	Address string `json:"address" doc:"5 to 300 letters" example:"12, rue des Orangers, Maârif"`
	CityID  string `json:"city_id,omitempty" example:"casablanca"`
	Default bool   `json:"default,omitempty" doc:"The one that is offered first; of several at most one is"`
}

// PasswordRequest proves that it is you.
type PasswordRequest struct {
	Password string `json:"password" maxLength:"1000"`
}

// PasswordChange replaces a password.
type PasswordChange struct {
	Password    string `json:"password" maxLength:"1000" doc:"The present one"`
	NewPassword string `json:"new_password" maxLength:"1000" doc:"10 characters or more"`
}

type (
	profileInput    struct{ Body Profile }
	passwordInput   struct{ Body PasswordRequest }
	passwordsInput  struct{ Body PasswordChange }
	newAddressInput struct {
		Creation
		Body AddressRequest
	}
	addressInput struct {
		ID   string `path:"id"`
		Body AddressRequest
	}
	exportAnswer struct {
		ContentType string `header:"Content-Type" hidden:"true"`
		Disposition string `header:"Content-Disposition" hidden:"true"`
		Body        []byte
	}
)

func (a *api) addSettings() {
	op := operationsOf(tagMe)
	add(a, forMe, op("update-profile", http.MethodPut, "/me", "Change your profile", "Replaces name, language and telephone number."), a.updateProfile)
	add(a, forMe, op("change-password", http.MethodPut, "/me/password", "Change your password", "All other sessions end and all personal access tokens are revoked. Needs a browser's session.", 403, 503), a.changePassword)
	add(a, forMe, op("list-sessions", http.MethodGet, "/me/sessions", "Your sessions", "Where you are signed in, the last used first."), a.sessions)
	add(a, forMe, op("end-sessions", http.MethodDelete, "/me/sessions", "End all other sessions", "Needs a browser's session, which goes on.", 403), a.endSessions)
	add(a, forMe, op("end-session", http.MethodDelete, "/me/sessions/{id}", "End a session", "At once."), a.endSession)
	add(a, forMe, op("list-addresses", http.MethodGet, "/me/addresses", "Your addresses", "The default one first."), a.addresses)
	add(a, forMe, creating(op("add-address", http.MethodPost, "/me/addresses", "Add an address", "Ten at most. The first one is the default.", 409)), a.addAddress)
	add(a, forMe, op("replace-address", http.MethodPut, "/me/addresses/{id}", "Replace an address", "All of it."), a.replaceAddress)
	add(a, forMe, op("remove-address", http.MethodDelete, "/me/addresses/{id}", "Remove an address", "Bookings keep theirs."), a.removeAddress)
	export := op("export-data", http.MethodPost, "/me/export", "Everything that is kept about you", "One JSON object with a member for each part of the house. Needs a browser's session and the password.", 403)
	export.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
		"application/json": {Schema: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}},
	}}}
	add(a, forMe, export, a.exportData)
	add(a, forMe, op("erase-account", http.MethodPost, "/me/erase", "Erase your account", "For good: name, address and words go, and what others need stays without them. Needs a browser's session and the password. 409 while something is under way that others count on.", 403, 409), a.eraseAccount)
}

func (a *api) updateProfile(ctx context.Context, c *call, in *profileInput) (*answer[Account], error) {
	if err := a.Accounts.UpdateProfile(ctx, c.actor, account.ProfileInput{Name: in.Body.Name, Language: in.Body.Language, Phone: in.Body.Phone}); err != nil {
		return nil, err
	}
	return a.me(ctx, c, nil)
}

func (a *api) changePassword(ctx context.Context, c *call, in *passwordsInput) (*struct{}, error) {
	return nil, a.Accounts.ChangePassword(ctx, c.actor, in.Body.Password, in.Body.NewPassword)
}

func (a *api) sessions(ctx context.Context, c *call, _ *struct{}) (*answer[List[SessionInfo]], error) {
	all, err := a.Accounts.Sessions(ctx, c.actor)
	if err != nil {
		return nil, err
	}
	return reply(listOf(all, func(s account.ActiveSession) SessionInfo {
		return SessionInfo{ID: s.ID, Address: s.Address, UserAgent: s.UserAgent, CreatedAt: timeOf(s.CreatedAt), LastUsedAt: timeOf(s.LastUsedAt), ExpiresAt: timeOf(s.ExpiresAt), Current: s.Current}
	})), nil
}

func (a *api) endSessions(ctx context.Context, c *call, _ *struct{}) (*struct{}, error) {
	_, err := a.Accounts.RevokeOthers(ctx, c.actor)
	return nil, err
}

func (a *api) endSession(ctx context.Context, c *call, in *idInput) (*struct{}, error) {
	return nil, a.Accounts.Revoke(ctx, c.actor, in.ID)
}

func (a *api) addresses(ctx context.Context, c *call, _ *struct{}) (*answer[List[Address]], error) {
	all, err := a.Accounts.Addresses(ctx, c.actor)
	if err != nil {
		return nil, err
	}
	return reply(listOf(all, addressOf)), nil
}

func (a *api) addAddress(ctx context.Context, c *call, in *newAddressInput) (*created[Address], error) {
	saved, err := a.Accounts.PutAddress(ctx, c.actor, account.AddressInput{Address: in.Body.domain(""), IdempotencyKey: in.IdempotencyKey})
	if err != nil {
		return nil, err
	}
	return &created[Address]{Location: prefix + "/me/addresses/" + saved.ID, Body: addressOf(saved)}, nil
}

func (a *api) replaceAddress(ctx context.Context, c *call, in *addressInput) (*answer[Address], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	saved, err := a.Accounts.PutAddress(ctx, c.actor, account.AddressInput{Address: in.Body.domain(in.ID)})
	if err != nil {
		return nil, err
	}
	return reply(addressOf(saved)), nil
}

func (a *api) removeAddress(ctx context.Context, c *call, in *idInput) (*struct{}, error) {
	return nil, a.Accounts.RemoveAddress(ctx, c.actor, in.ID)
}

func (r AddressRequest) domain(id string) account.Address {
	return account.Address{ID: id, Label: r.Label, Address: r.Address, CityID: r.CityID, Default: r.Default}
}

func addressOf(s account.Address) Address {
	return Address{ID: s.ID, AddressRequest: AddressRequest{Label: s.Label, Address: s.Address, CityID: s.CityID, Default: s.Default}}
}

// exportData gathers the whole before it answers: what fails half-way must not look like a file.
func (a *api) exportData(ctx context.Context, c *call, in *passwordInput) (*exportAnswer, error) {
	write, err := a.Accounts.Export(ctx, c.actor, in.Body.Password)
	if err != nil {
		return nil, err
	}
	var content bytes.Buffer
	if err := write(&content); err != nil {
		return nil, err
	}
	return &exportAnswer{ContentType: "application/json", Disposition: `attachment; filename="khadamat.json"`, Body: content.Bytes()}, nil
}

func (a *api) eraseAccount(ctx context.Context, c *call, in *passwordInput) (*struct{}, error) {
	if err := a.Accounts.Erase(ctx, c.actor, in.Body.Password); err != nil {
		return nil, err
	}
	cookie.Clear(c.w, c.r)
	return nil, nil
}
