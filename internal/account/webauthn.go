package account

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net"
	"net/url"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// newAuthenticators returns nil where there can be no passkeys: they are bound to a name, so a house that is reached by a number has
// none.
func newAuthenticators(baseURL string) authenticators {
	base, err := url.Parse(baseURL)
	if err != nil || base.Hostname() == "" || net.ParseIP(base.Hostname()) != nil {
		return nil
	}
	party, err := webauthn.New(&webauthn.Config{
		RPID: base.Hostname(), RPDisplayName: factorIssuer, RPOrigins: []string{base.Scheme + "://" + base.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(), UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil
	}
	return relyingParty{party}
}

// relyingParty is the house as authenticators know it (Web Authentication Level 3).
type relyingParty struct{ party *webauthn.WebAuthn }

// knownHolder is an account as the library sees it.
type knownHolder struct {
	keyHolder
	kept []webauthn.Credential
}

func known(h keyHolder) (knownHolder, error) {
	k := knownHolder{keyHolder: h, kept: make([]webauthn.Credential, len(h.credentials))}
	for i, c := range h.credentials {
		if err := json.Unmarshal([]byte(c.data), &k.kept[i]); err != nil {
			return k, err
		}
	}
	return k, nil
}

// WebAuthnID is the handle by which a device's key names its account; ids are no secret and say nothing of the person.
func (k knownHolder) WebAuthnID() []byte { return []byte(k.account.ID) }

// WebAuthnName is for webauthn.User.
func (k knownHolder) WebAuthnName() string { return k.account.Email }

// WebAuthnDisplayName is for webauthn.User.
func (k knownHolder) WebAuthnDisplayName() string { return k.account.Name }

// WebAuthnCredentials is for webauthn.User.
func (k knownHolder) WebAuthnCredentials() []webauthn.Credential { return k.kept }

func (r relyingParty) begin(holder keyHolder) (options, session []byte, err error) {
	k, err := known(holder)
	if err != nil {
		return nil, nil, err
	}
	creation, data, err := r.party.BeginRegistration(k, webauthn.WithExclusions(webauthn.Credentials(k.kept).CredentialDescriptors()))
	if err != nil {
		return nil, nil, err
	}
	return marshalBoth(creation.Response, data)
}

func (r relyingParty) made(holder keyHolder, session, answer []byte) (credential, error) {
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return credential{}, err
	}
	var data webauthn.SessionData
	if err := json.Unmarshal(session, &data); err != nil {
		return credential{}, err
	}
	kept, err := r.party.CreateCredential(knownHolder{keyHolder: holder}, data, parsed)
	if err != nil {
		return credential{}, err
	}
	return keep(kept)
}

func (r relyingParty) ask() (options, session []byte, err error) {
	assertion, data, err := r.party.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, nil, err
	}
	return marshalBoth(assertion.Response, data)
}

func (r relyingParty) proved(session, answer []byte, find func(accountID string) (keyHolder, error)) (credential, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return credential{}, err
	}
	var data webauthn.SessionData
	if err := json.Unmarshal(session, &data); err != nil {
		return credential{}, err
	}
	_, used, err := r.party.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		found, err := find(string(handle))
		if err != nil {
			return nil, err
		}
		return known(found)
	}, data, parsed)
	if err != nil {
		return credential{}, err
	}
	if used.Authenticator.CloneWarning {
		return credential{}, errors.New("its counter went back: there are two of it")
	}
	return keep(used)
}

func keep(c *webauthn.Credential) (credential, error) {
	data, err := json.Marshal(c)
	return credential{id: base64.RawURLEncoding.EncodeToString(c.ID), data: string(data)}, err
}

func marshalBoth(first, second any) (a, b []byte, err error) {
	if a, err = json.Marshal(first); err != nil {
		return nil, nil, err
	}
	b, err = json.Marshal(second)
	return a, b, err
}
