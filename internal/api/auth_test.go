package api

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"khadamat/internal/account"
	"khadamat/internal/platform/ids"
)

func newcomer() map[string]any {
	return map[string]any{"email": "Nadia@Example.test", "password": "dix-mille dromadaires", "name": "Nadia Tazi", "terms_accepted": true}
}

func TestSigningUpSignsInAtOnce(t *testing.T) {
	h := newHouse(t)
	c := h.visitor(t)
	var made, me Account
	answer := c.with("Accept-Language", "ar").post("/auth/signup", newcomer()).want(http.StatusCreated)
	answer.into(&made)
	if made.Email != "nadia@example.test" || made.Role != "customer" || made.Language != "ar" || made.EmailVerified {
		t.Errorf("made %+v", made)
	}
	c.get("/me").want(http.StatusOK).into(&me)
	if me != made {
		t.Errorf("signed in as %+v", me)
	}
	for _, cookie := range answer.header.Values("Set-Cookie") {
		value, _, _ := strings.Cut(strings.SplitN(cookie, "=", 2)[1], ";")
		if value == "" || strings.Contains(string(answer.body), value) {
			t.Errorf("the body carries what only the cookie may: %s", answer.body)
		}
	}
	c.post("/auth/verify", map[string]any{"token": h.mailed.token(account.MailVerifyEmail, made.ID)}).want(http.StatusNoContent)
	c.get("/me").want(http.StatusOK).into(&me)
	if !me.EmailVerified {
		t.Error("the address is not verified")
	}
	c.post("/auth/verify", map[string]any{"token": h.mailed.token(account.MailVerifyEmail, made.ID)}).problem(http.StatusGone)
	c.post("/auth/verify/resend", nil).problem(http.StatusConflict)
}

func TestSigningUpTwiceWithOneKeyMakesOneAccount(t *testing.T) {
	h := newHouse(t)
	var first, second Account
	h.visitor(t).with("Idempotency-Key", "once").post("/auth/signup", newcomer()).want(http.StatusCreated).into(&first)
	h.visitor(t).with("Idempotency-Key", "once").post("/auth/signup", newcomer()).want(http.StatusCreated).into(&second)
	if first.ID != second.ID {
		t.Error("two accounts")
	}
	other := newcomer()
	other["name"] = "Somebody Else"
	h.visitor(t).with("Idempotency-Key", "once").post("/auth/signup", other).problem(http.StatusConflict)
	if p := h.visitor(t).post("/auth/signup", newcomer()).problem(http.StatusConflict); !p.names("email") {
		t.Errorf("a taken address is not named: %+v", p)
	}
}

func TestASessionIsRenewedAndAReusedTokenEndsIt(t *testing.T) {
	h := newHouse(t)
	c := h.visitor(t)
	signIn := c.post("/auth/login", map[string]any{"email": h.customer.Email, "password": password}).want(http.StatusOK)
	old := cookiesOf(signIn)
	h.clock.Advance(16 * time.Minute)
	c.get("/me").problem(http.StatusUnauthorized)
	c.post("/auth/refresh", nil).want(http.StatusOK)
	c.get("/me").want(http.StatusOK)

	thief := h.visitor(t).with("Cookie", old)
	stolen := thief.post("/auth/refresh", nil)
	stolen.problem(http.StatusUnauthorized)
	if cleared := stolen.header.Values("Set-Cookie"); len(cleared) != 2 || !strings.Contains(cleared[0], "Max-Age=0") {
		t.Errorf("the cookies of an ended session stay: %v", cleared)
	}
	c.get("/me").problem(http.StatusUnauthorized)
	c.post("/auth/refresh", nil).problem(http.StatusUnauthorized)
}

func cookiesOf(g *got) string {
	var all []string
	for _, cookie := range g.header.Values("Set-Cookie") {
		pair, _, _ := strings.Cut(cookie, ";")
		all = append(all, pair)
	}
	return strings.Join(all, "; ")
}

func TestSigningOutEndsTheSession(t *testing.T) {
	h := newHouse(t)
	c := h.visitor(t)
	held := cookiesOf(c.post("/auth/login", map[string]any{"email": h.customer.Email, "password": password}).want(http.StatusOK))
	c.post("/auth/logout", nil).want(http.StatusNoContent)
	c.get("/me").problem(http.StatusUnauthorized)
	h.visitor(t).with("Cookie", held).get("/me").problem(http.StatusUnauthorized)
	h.visitor(t).with("Cookie", held).post("/auth/refresh", nil).problem(http.StatusUnauthorized)
	c.post("/auth/logout", nil).want(http.StatusNoContent)
}

func TestTheRightPasswordIsLockedOutToo(t *testing.T) {
	h := newHouse(t)
	wrong := map[string]any{"email": h.customer.Email, "password": "not this one"}
	for range 5 {
		saidIn := h.visitor(t).post("/auth/login", wrong).problem(http.StatusUnauthorized)
		if saidIn.Detail == "" {
			t.Error("nothing said")
		}
	}
	refused := h.visitor(t).post("/auth/login", map[string]any{"email": h.customer.Email, "password": password})
	refused.problem(http.StatusTooManyRequests)
	if wait := refused.header.Get("Retry-After"); wait == "" || wait == "0" {
		t.Errorf("Retry-After: %q", wait)
	}
}

func TestAForgottenPasswordIsSetAnew(t *testing.T) {
	h := newHouse(t)
	c := h.signedIn(t, h.customer)
	h.visitor(t).post("/auth/forgot", map[string]any{"email": "nobody@example.test"}).want(http.StatusAccepted)
	h.visitor(t).post("/auth/forgot", map[string]any{"email": h.customer.Email}).want(http.StatusAccepted)
	reset := map[string]any{"token": h.mailed.token(account.MailResetPassword, h.customer.ID), "password": "un tout nouveau secret"}
	h.visitor(t).post("/auth/reset", reset).want(http.StatusNoContent)
	h.visitor(t).post("/auth/reset", reset).problem(http.StatusGone)
	c.get("/me").problem(http.StatusUnauthorized)
	h.visitor(t).post("/auth/login", map[string]any{"email": h.customer.Email, "password": "un tout nouveau secret"}).want(http.StatusOK)
}

func TestPersonalAccessTokens(t *testing.T) {
	h := newHouse(t)
	browser := h.signedIn(t, h.customer)
	var made, again NewToken
	body := map[string]any{"name": "Agenda", "expires_in_days": 30}
	browser.with("Idempotency-Key", "k").post("/me/tokens", body).want(http.StatusCreated).into(&made)
	browser.with("Idempotency-Key", "k").post("/me/tokens", body).want(http.StatusCreated).into(&again)
	if made != again && made.Secret != again.Secret || !strings.HasPrefix(made.Secret, "kh_") || made.ExpiresAt == nil {
		t.Errorf("made %+v and %+v", made, again)
	}
	program := h.visitor(t).with("Authorization", "Bearer "+made.Secret)
	var me Account
	program.get("/me").want(http.StatusOK).into(&me)
	if me.ID != h.customer.ID {
		t.Errorf("the token speaks for %s", me.ID)
	}
	program.post("/me/tokens", map[string]any{"name": "A child"}).problem(http.StatusForbidden)

	var all List[Token]
	browser.get("/me/tokens").want(http.StatusOK).into(&all)
	if len(all.Items) != 1 || all.Items[0].Name != "Agenda" {
		t.Errorf("listed %+v", all.Items)
	}
	h.signedIn(t, h.stranger).send(http.MethodDelete, "/me/tokens/"+made.ID, "", "").problem(http.StatusNotFound)
	browser.send(http.MethodDelete, "/me/tokens/"+ids.New(), "", "").problem(http.StatusNotFound)
	browser.send(http.MethodDelete, "/me/tokens/%ff", "", "").problem(http.StatusNotFound)
	program.get("/me").want(http.StatusOK)
	browser.send(http.MethodDelete, "/me/tokens/"+made.ID, "", "").want(http.StatusNoContent)
	program.get("/me").problem(http.StatusUnauthorized)
}

func TestUselessCredentialsAreUnauthenticated(t *testing.T) {
	h := newHouse(t)
	held := cookiesOf(h.visitor(t).post("/auth/login", map[string]any{"email": h.customer.Email, "password": password}))
	access := strings.TrimPrefix(strings.Split(held, ";")[0], "kh_access=")
	for name, header := range map[string][2]string{
		"nothing":                      {"X-Nothing", ""},
		"an unknown token":             {"Authorization", "Bearer kh_" + strings.Repeat("a", 43)},
		"a token of no form":           {"Authorization", "Bearer x"},
		"no token at all":              {"Authorization", "Bearer "},
		"a session's token as bearer":  {"Authorization", "Bearer " + access},
		"another scheme":               {"Authorization", "Basic YTpi"},
		"a damaged cookie":             {"Cookie", "kh_access=" + access[:len(access)-4] + "AAAA"},
		"a cookie of no form":          {"Cookie", "kh_access=%00"},
		"the wrong name for this host": {"Cookie", "__Host-kh_access=" + access},
	} {
		t.Run(name, func(t *testing.T) {
			answer := h.visitor(t).with(header[0], header[1]).get("/me")
			answer.problem(http.StatusUnauthorized)
			if answer.header.Get("WWW-Authenticate") == "" {
				t.Error("no WWW-Authenticate")
			}
		})
	}
}

func TestAnswersForOnePersonAreKeptByNobody(t *testing.T) {
	h := newHouse(t)
	c := h.signedIn(t, h.customer)
	for path, want := range map[string]string{"/me": "private, no-store", "/bookings": "private, no-store", "/me/tokens": "private, no-store",
		"/cities": "public, max-age=300", "/services": "public, max-age=30", "/providers/" + h.shop.ID + "/slots": "no-cache"} {
		if kept := c.get(path).want(http.StatusOK).header.Get("Cache-Control"); kept != want {
			t.Errorf("%s: %q, want %q", path, kept, want)
		}
	}
}

func TestWrongThingsAboutPeopleAreRefusedByName(t *testing.T) {
	h := newHouse(t)
	long := strings.Repeat("é", 2000)
	signUp := func(name string, value any) map[string]any {
		body := newcomer()
		body[name] = value
		return body
	}
	without := newcomer()
	delete(without, "name")
	cases := map[string]struct {
		path  string
		body  any
		field string
	}{
		"no address":                      {"/auth/signup", signUp("email", "nadia"), "email"},
		"a number for an address":         {"/auth/signup", signUp("email", 5), "email"},
		"an address beyond all bounds":    {"/auth/signup", signUp("email", long+"@example.test"), "email"},
		"a list for a password":           {"/auth/signup", signUp("password", []string{"a"}), "password"},
		"a short password":                {"/auth/signup", signUp("password", "short"), "password"},
		"an endless password":             {"/auth/signup", signUp("password", long), "password"},
		"no name":                         {"/auth/signup", without, "name"},
		"an empty name":                   {"/auth/signup", signUp("name", ""), "name"},
		"null for a name":                 {"/auth/signup", signUp("name", nil), "name"},
		"an endless name":                 {"/auth/signup", signUp("name", long[:500]), "name"},
		"a name with NUL":                 {"/auth/signup", signUp("name", "a\x00b"), "name"},
		"a name with a bell":              {"/auth/signup", signUp("name", "a\ab"), "name"},
		"a name that turns direction":     {"/auth/signup", signUp("name", "a\u202eb"), "name"},
		"a name with half a pair":         {"/auth/signup", `{"email":"n@example.test","password":"dix-mille dromadaires","name":"a\ud800b","terms_accepted":true}`, "name"},
		"an operator's role":              {"/auth/signup", signUp("role", "admin"), "role"},
		"a language that we do not speak": {"/auth/signup", signUp("language", "de"), "language"},
		"a property that does not exist":  {"/auth/signup", signUp("is_admin", true), "is_admin"},
		"a property in capitals":          {"/auth/signup", signUp("Email", "x@example.test"), "Email"},
		"no password":                     {"/auth/login", map[string]any{"email": "a@example.test"}, "password"},
		"an object for an address":        {"/auth/login", map[string]any{"email": map[string]any{}, "password": "x"}, "email"},
		"a forgotten non-address":         {"/auth/forgot", map[string]any{"email": "@"}, "email"},
		"an endless token":                {"/auth/verify", map[string]any{"token": long}, "token"},
		"no token":                        {"/auth/reset", map[string]any{"password": "dix-mille dromadaires"}, "token"},
	}
	before := h.rows(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			body, ok := c.body.(string)
			if !ok {
				body = string(encode(c.body))
			}
			saidIn(t, h.visitor(t), http.MethodPost, c.path, body, http.StatusUnprocessableEntity, c.field)
		})
	}
	h.visitor(t).post("/auth/verify", map[string]any{"token": strings.Repeat("a", 43)}).problem(http.StatusNotFound)
	h.visitor(t).post("/auth/verify", map[string]any{"token": "a\x00"}).problem(http.StatusNotFound)
	h.visitor(t).post("/auth/reset", map[string]any{"token": "a", "password": "dix-mille dromadaires"}).problem(http.StatusNotFound)
	if after := h.rows(t); after != before {
		t.Errorf("something was stored:\n%s\n%s", before, after)
	}
}

func TestWhatWasSentIsNotEchoed(t *testing.T) {
	h := newHouse(t)
	secret := "geheim-geheim-geheim"
	for _, body := range []string{`{"email":"` + secret + `","password":5}`, `{"email":5,"password":["` + secret + `"]}`, `{"email":"` + secret, `{"email":{"` + "a" + `":"` + secret + `"}}`} {
		answer := h.visitor(t).post("/auth/login", body)
		if answer.status < 400 || answer.status > 499 || strings.Contains(string(answer.body), secret) {
			t.Errorf("%s: %d %s", body, answer.status, answer.body)
		}
	}
}

func TestASecondFactorIsAskedForInTheSameRequest(t *testing.T) {
	h := newHouse(t)
	c := h.visitor(t)
	var made Account
	c.post("/auth/signup", newcomer()).want(http.StatusCreated).into(&made)
	session, err := h.accounts.SignIn(t.Context(), made.Email, "dix-mille dromadaires", account.Client{})
	if err != nil {
		t.Fatal(err)
	}
	actor := account.Actor{ID: made.ID, Role: account.Customer, SessionID: session.ID}
	if err := h.accounts.BeginSecondFactor(t.Context(), actor); err != nil {
		t.Fatal(err)
	}
	begun, err := h.accounts.SecondFactor(t.Context(), actor)
	if err != nil {
		t.Fatal(err)
	}
	code := func() string {
		now, err := totp.GenerateCode(strings.ReplaceAll(begun.Secret, " ", ""), h.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		return now
	}
	if _, err := h.accounts.ConfirmSecondFactor(t.Context(), actor, code()); err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(time.Minute)
	login := map[string]any{"email": made.Email, "password": "dix-mille dromadaires"}
	if p := h.visitor(t).post("/auth/login", login).problem(http.StatusUnauthorized); !p.names("code") {
		t.Errorf("the answer does not say that a code is missing: %+v", p)
	}
	login["code"] = "000000"
	if p := h.visitor(t).post("/auth/login", login).problem(http.StatusUnauthorized); !p.names("code") {
		t.Errorf("the answer does not say that the code is wrong: %+v", p)
	}
	login["code"] = code()
	h.visitor(t).post("/auth/login", login).want(http.StatusOK)
}

func TestWhoIsSuspendedIsToldWhyAndUntilWhen(t *testing.T) {
	h := newHouse(t)
	admin, err := h.accounts.EnsureAccount(t.Context(), account.NewAccount{Email: "admin@example.test", Password: "dix-mille dromadaires", Name: "Amal", Role: account.Admin})
	if err != nil {
		t.Fatal(err)
	}
	var made Account
	h.visitor(t).post("/auth/signup", newcomer()).want(http.StatusCreated).into(&made)
	input := account.SanctionInput{Kind: account.Suspension, Reason: "Trois rendez-vous manqués"}
	if err := h.accounts.Sanction(t.Context(), account.Actor{ID: admin.ID, Role: account.Admin}, made.ID, input); err != nil {
		t.Fatal(err)
	}
	p := h.visitor(t).with("Accept-Language", "fr").post("/auth/login", map[string]any{"email": made.Email, "password": "dix-mille dromadaires"}).problem(http.StatusForbidden)
	if !strings.Contains(p.Detail, "juin 2026") || !strings.Contains(p.Detail, "Trois rendez-vous manqués") {
		t.Errorf("told %+v", p)
	}
}
