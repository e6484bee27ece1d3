package account_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/errs"
)

// origin is where the house of these tests is reached.
const origin = "https://khadamat.example"

// phone is an authenticator that holds one passkey (Web Authentication Level 3, 6).
type phone struct {
	t       *testing.T
	key     *ecdsa.PrivateKey
	id      []byte
	handle  []byte
	counter uint32
	origin  string
	flags   byte
}

// The flags of authenticator data: the person was there, and was recognised; a credential comes with it.
const (
	present  = 0x01
	verified = 0x04
	attested = 0x40
)

func newPhone(t *testing.T) *phone {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 32)
	rand.Read(id)
	return &phone{t: t, key: key, id: id, origin: origin, flags: present | verified}
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// options are those members of what a browser is given that the phone looks at.
type options struct {
	Challenge string `json:"challenge"`
	User      struct {
		ID string `json:"id"`
	} `json:"user"`
	UserVerification string `json:"userVerification"`
}

func (p *phone) read(c account.Ceremony) options {
	p.t.Helper()
	var o options
	if err := json.Unmarshal(c.Options, &o); err != nil {
		p.t.Fatal(err)
	}
	return o
}

func (p *phone) clientData(kind, challenge string) []byte {
	text, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": p.origin, "crossOrigin": false})
	if err != nil {
		p.t.Fatal(err)
	}
	return text
}

func (p *phone) authenticatorData(flags byte) []byte {
	party := sha256.Sum256([]byte("khadamat.example"))
	return binary.BigEndian.AppendUint32(append(party[:], flags), p.counter)
}

// create answers a request for a new passkey, with no attestation.
func (p *phone) create(c account.Ceremony) string {
	p.t.Helper()
	o := p.read(c)
	handle, err := base64.RawURLEncoding.DecodeString(o.User.ID)
	if err != nil {
		p.t.Fatal(err)
	}
	p.handle = handle
	data := p.authenticatorData(p.flags | attested)
	data = append(data, make([]byte, 16)...) // no model is told
	data = binary.BigEndian.AppendUint16(data, uint16(len(p.id)))
	data = append(append(data, p.id...), p.publicKey()...)
	object := append([]byte{0xa3}, cborText("fmt")...)
	object = append(append(object, cborText("none")...), cborText("attStmt")...)
	object = append(append(object, 0xa0), cborText("authData")...)
	object = append(object, cborBytes(data)...)
	return p.answer(map[string]string{"clientDataJSON": encode(p.clientData("webauthn.create", o.Challenge)), "attestationObject": encode(object)})
}

// publicKey is the key in the form of COSE (RFC 9053, 7.1.1): EC2, ES256, P-256, x, y.
func (p *phone) publicKey() []byte {
	point, err := p.key.PublicKey.Bytes()
	if err != nil {
		p.t.Fatal(err)
	}
	x, y := point[1:33], point[33:]
	key := append([]byte{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21}, cborBytes(x)...)
	return append(append(key, 0x22), cborBytes(y)...)
}

// get answers a request for a passkey.
func (p *phone) get(c account.Ceremony) string {
	p.t.Helper()
	p.counter++
	client, data := p.clientData("webauthn.get", p.read(c).Challenge), p.authenticatorData(p.flags)
	hash := sha256.Sum256(client)
	signed := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, p.key, signed[:])
	if err != nil {
		p.t.Fatal(err)
	}
	return p.answer(map[string]string{
		"clientDataJSON": encode(client), "authenticatorData": encode(data), "signature": encode(signature), "userHandle": encode(p.handle),
	})
}

func (p *phone) answer(response map[string]string) string {
	text, err := json.Marshal(map[string]any{
		"id": encode(p.id), "rawId": encode(p.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{},
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return string(text)
}

func cborText(s string) []byte { return append([]byte{0x60 + byte(len(s))}, s...) }

func cborBytes(b []byte) []byte {
	if len(b) < 256 {
		return append([]byte{0x58, byte(len(b))}, b...)
	}
	return append([]byte{0x59, byte(len(b) >> 8), byte(len(b))}, b...)
}

// named puts the world at an address that passkeys can be bound to.
func (w world) named() world {
	config := w.config()
	config.BaseURL = origin
	w.Service = account.New(config)
	return w
}

// register gives the actor a passkey on a new phone.
func (w world) register(actor account.Actor) *phone {
	w.t.Helper()
	p := newPhone(w.t)
	asked, err := w.BeginPasskey(w.t.Context(), actor, password)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.AddPasskey(w.t.Context(), actor, asked.Challenge, p.create(asked), "Téléphone"); err != nil {
		w.t.Fatal(err)
	}
	return p
}

// ask is a browser that wants to sign in.
func (w world) ask() account.Ceremony {
	w.t.Helper()
	asked, err := w.BeginPasskeySignIn(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return asked
}

func TestAPasskeySignsInWithoutAddressPasswordOrCode(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w = w.named()
		amina, _ := w.arrive()
		p := w.register(amina)
		w.turnOn(amina)
		for range 2 { // its counter goes up from one to the next
			asked := w.ask()
			session, err := w.SignInWithPasskey(t.Context(), asked.Challenge, p.get(asked), laptop)
			if err != nil || session.Account.ID != amina.ID {
				t.Fatalf("%+v, %v", session, err)
			}
		}
		kept, err := w.Passkeys(t.Context(), amina)
		if err != nil || len(kept) != 1 || kept[0].Name != "Téléphone" || !kept[0].LastUsedAt.Equal(w.clock.Now()) {
			t.Fatalf("%+v, %v", kept, err)
		}
		if len(w.mail.of(account.MailPasskeyAdded)) != 1 {
			t.Error("she was not told")
		}
		w.wantAudited("passkey.added")
	})
}

func TestWhatAPasskeySignedWorksOnceAndForFiveMinutes(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w = w.named()
		amina, _ := w.arrive()
		p := w.register(amina)
		asked := w.ask()
		answer := p.get(asked)
		if _, err := w.SignInWithPasskey(t.Context(), asked.Challenge, answer, laptop); err != nil {
			t.Fatal(err)
		}
		_, err := w.SignInWithPasskey(t.Context(), asked.Challenge, answer, laptop)
		want(t, err, errs.Gone, "account.challenge_over")
		other := w.ask()
		_, err = w.SignInWithPasskey(t.Context(), other.Challenge, answer, laptop) // signed for another challenge
		want(t, err, errs.Invalid, "account.passkey_refused")
		late := w.ask()
		answer = p.get(late)
		w.clock.Advance(5 * time.Minute)
		_, err = w.SignInWithPasskey(t.Context(), late.Challenge, answer, laptop)
		want(t, err, errs.Gone, "account.challenge_over")
	})
}

func TestAPasskeyThatDoesNotHoldIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w = w.named()
		amina, _ := w.arrive()
		for name, spoil := range map[string]func(*phone){
			"another site's":                    func(p *phone) { p.origin = "https://khadamat.example.evil.test" },
			"without the person":                func(p *phone) { p.flags = present },
			"signed with another key":           func(p *phone) { p.key = newPhone(t).key },
			"of a key that nobody has here":     func(p *phone) { p.id = newPhone(t).id },
			"with the handle of nobody":         func(p *phone) { p.handle = []byte("nobody") },
			"a copy, whose counter lags behind": func(p *phone) { p.counter = 3 },
		} {
			p := w.register(amina)
			p.counter = 10
			asked := w.ask()
			if _, err := w.SignInWithPasskey(t.Context(), asked.Challenge, p.get(asked), laptop); err != nil {
				t.Fatal(err)
			}
			spoil(p)
			asked = w.ask()
			if _, err := w.SignInWithPasskey(t.Context(), asked.Challenge, p.get(asked), laptop); errs.CodeOf(err) != errs.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestAPasskeyIsMadeByWhoKnowsThePasswordAndKeptOnce(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w = w.named()
		amina, _ := w.arrive()
		_, err := w.BeginPasskey(t.Context(), amina, "pas le bon mot")
		wantField(t, err, "password", "account.password_wrong")
		p := w.register(amina)
		asked, err := w.BeginPasskey(t.Context(), amina, password)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.AddPasskey(t.Context(), amina, asked.Challenge, p.create(asked), "encore")
		want(t, err, errs.Conflict, "account.passkey_known")
		asked, err = w.BeginPasskey(t.Context(), amina, password)
		if err != nil {
			t.Fatal(err)
		}
		zineb := w.signUp(someone("zineb@example.ma", "Zineb", account.Customer))
		_, err = w.AddPasskey(t.Context(), account.Actor{ID: zineb.ID, SessionID: "s"}, asked.Challenge, newPhone(t).create(asked), "volée")
		want(t, err, errs.Gone, "account.challenge_over")
	})
}

func TestARemovedPasskeyAndASuspendedOwnerStayOutside(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w = w.named()
		amina, _ := w.arrive()
		p := w.register(amina)
		moderator := w.operator("moderator@example.ma", account.Moderator)
		w.sanction(moderator, amina.ID, account.Suspension)
		asked := w.ask()
		_, err := w.SignInWithPasskey(t.Context(), asked.Challenge, p.get(asked), laptop)
		want(t, err, errs.Forbidden, "account.suspended")
		if err := w.Lift(t.Context(), moderator, amina.ID); err != nil {
			t.Fatal(err)
		}
		kept, err := w.Passkeys(t.Context(), amina)
		if err != nil || len(kept) != 1 {
			t.Fatalf("%v, %v", kept, err)
		}
		want(t, w.RemovePasskey(t.Context(), account.Actor{ID: moderator.ID, SessionID: "s"}, kept[0].ID), errs.NotFound, "error.not_found")
		if err := w.RemovePasskey(t.Context(), amina, kept[0].ID); err != nil {
			t.Fatal(err)
		}
		asked = w.ask()
		_, err = w.SignInWithPasskey(t.Context(), asked.Challenge, p.get(asked), laptop)
		want(t, err, errs.Invalid, "account.passkey_refused")
	})
}

func TestAHouseThatIsReachedByANumberHasNoPasskeys(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		config := w.config()
		config.BaseURL = "http://127.0.0.1:8080"
		w.Service = account.New(config)
		if w.PasskeysPossible() {
			t.Fatal("it offers them")
		}
		_, err := w.BeginPasskeySignIn(t.Context())
		want(t, err, errs.Conflict, "account.passkeys_impossible")
	})
}
