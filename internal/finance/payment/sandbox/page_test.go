package sandbox_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"khadamat/internal/finance/payment/processor"
	"khadamat/internal/finance/payment/sandbox"
	"khadamat/internal/texts"
)

const back = "https://shop.test/back?id=7"

func TestACardThatPaysLeadsBackToTheShop(t *testing.T) {
	each(t, func(s *desk) {
		checkout := s.begin(asked())
		p := s.get(checkout.URL)
		if p.status != http.StatusOK || !strings.Contains(p.body, "Ménage chez Salma") || !strings.Contains(p.body, "350,00") {
			s.Fatalf("%d\n%s", p.status, p.body)
		}
		if p = s.pay(checkout.URL, "4000 0000 0000 0077"); p.status != http.StatusSeeOther || p.location() != back {
			s.Fatalf("%d to %s", p.status, p.location())
		}
		s.is(checkout.Ref, processor.Authorised)
		if p = s.pay(checkout.URL, "4000000000009995"); p.location() != back {
			s.Fatalf("paying again led to %s", p.location())
		}
		s.is(checkout.Ref, processor.Authorised)
		if p = s.get(checkout.URL); strings.Contains(p.body, "<form") || !strings.Contains(p.body, html.EscapeString(back)) {
			s.Fatalf("the page of a paid charge:\n%s", p.body)
		}
	})
}

func TestTheBankAsksForACode(t *testing.T) {
	each(t, func(s *desk) {
		challenge := func() processor.Checkout {
			checkout := s.begin(asked())
			p := s.pay(checkout.URL, "4000002760003184")
			if p.status != http.StatusSeeOther || p.location() != "/sandbox/pay/"+checkout.Ref+"/challenge?lang=fr" {
				s.Fatalf("%d to %s", p.status, p.location())
			}
			s.is(checkout.Ref, processor.Challenged)
			return checkout
		}
		right := challenge()
		if p := s.get(right.URL); !strings.HasSuffix(p.location(), "/challenge?lang=fr") {
			s.Fatalf("the card page led to %s", p.location())
		}
		if p := s.get(right.URL + "/challenge"); p.status != http.StatusOK || !strings.Contains(p.body, "3184") {
			s.Fatalf("%d\n%s", p.status, p.body)
		}
		if p := s.post(right.URL+"/challenge", url.Values{"code": {"000000"}}); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "Essais restants : 2") {
			s.Fatalf("%d\n%s", p.status, p.body)
		}
		if p := s.post(right.URL+"/challenge", url.Values{"code": {"٣٧٨ ٣٧٨"}}); p.location() != back {
			s.Fatalf("the right code led to %s", p.location())
		}
		s.is(right.Ref, processor.Authorised)

		wrong := challenge()
		for range 3 {
			s.post(wrong.URL+"/challenge", url.Values{"code": {"1"}})
		}
		if got := s.state(wrong.Ref); got.Status != processor.Declined || got.Decline != "challenge_failed" {
			s.Fatalf("after three wrong codes: %+v", got)
		}
		s.post(wrong.URL+"/challenge", url.Values{"code": {sandbox.ChallengeCode}})
		s.is(wrong.Ref, processor.Declined)

		another := challenge()
		if p := s.post(another.URL+"/challenge", url.Values{"another": {"yes"}}); p.location() != "/sandbox/pay/"+another.Ref+"?lang=fr" {
			s.Fatalf("another card led to %s", p.location())
		}
		s.pay(another.URL, "4000000000000077")
		s.is(another.Ref, processor.Authorised)
	})
}

func TestADeclinedCardCanBeFollowedByAnother(t *testing.T) {
	each(t, func(s *desk) {
		for number, reason := range map[string]string{"4000000000009995": "insufficient_funds", "4000000000000069": "expired_card"} {
			checkout := s.begin(asked())
			p := s.pay(checkout.URL, number)
			if got := s.state(checkout.Ref); p.status != http.StatusSeeOther || got.Status != processor.Declined || got.Decline != reason {
				s.Fatalf("%d, %+v", p.status, got)
			}
			if p = s.get(s.server.URL + p.location()); !strings.Contains(p.body, `role="alert"`) || !strings.Contains(p.body, "<form") {
				s.Fatalf("the card page after a decline:\n%s", p.body)
			}
			s.pay(checkout.URL, "4000000000000077")
			if got := s.state(checkout.Ref); got.Status != processor.Authorised || got.Decline != "" {
				s.Fatalf("after another card: %+v", got)
			}
		}
	})
}

func TestAVoidedChargeCannotBePaid(t *testing.T) {
	each(t, func(s *desk) {
		checkout := s.begin(asked())
		_, err := s.sandbox.Void(s.Context(), checkout.Ref, "void")
		s.must(err)
		if p := s.pay(checkout.URL, "4000000000000077"); p.location() != "/sandbox/pay/"+checkout.Ref+"?lang=fr" {
			s.Fatalf("led to %s", p.location())
		}
		s.is(checkout.Ref, processor.Voided)
		if p := s.get(checkout.URL); !strings.Contains(p.body, "annulé") {
			s.Fatalf("the page of a voided charge:\n%s", p.body)
		}
	})
}

func TestWhatIsWrongOnACardIsSaidAndNothingHappens(t *testing.T) {
	one(t, func(s *desk) {
		checkout := s.begin(asked())
		for _, c := range []struct{ number, expiry, cvc, key string }{
			{"", "12/29", "123", "sandbox.number_missing"},
			{"4000 0000 0000 0078", "12/29", "123", "sandbox.number_wrong"},
			{"4000", "12/29", "123", "sandbox.number_wrong"},
			{"not a number", "12/29", "123", "sandbox.number_wrong"},
			{"4242 4242 4242 4242", "12/29", "123", "sandbox.number_unknown"},
			{"4000000000000077", "", "123", "sandbox.expiry_wrong"},
			{"4000000000000077", "13/29", "123", "sandbox.expiry_wrong"},
			{"4000000000000077", "12/99", "123", "sandbox.expiry_wrong"},
			{"4000000000000077", "05/26", "123", "sandbox.expiry_past"},
			{"4000000000000077", "12/29", "12", "sandbox.cvc_wrong"},
			{"4000000000000077", "12/29", "12a", "sandbox.cvc_wrong"},
		} {
			p := s.post(checkout.URL, url.Values{"number": {c.number}, "expiry": {c.expiry}, "cvc": {c.cvc}})
			if want := html.EscapeString(texts.Catalog().T("fr", c.key, nil)); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, want) {
				s.Errorf("%+v: %d, without %q", c, p.status, want)
			}
		}
		s.is(checkout.Ref, processor.Created)
		p := s.post(checkout.URL, url.Values{"number": {"٤٠٠٠ ٠٠٠٠ ٠٠٠٠ ٠٠٧٧"}, "expiry": {"6 / 2026"}, "cvc": {"۱۲۳"}})
		if p.location() != back {
			s.Fatalf("a card in Arabic digits, good to the end of this month, answered %d", p.status)
		}
	})
}

func TestNothingOfACardIsKeptButItsLastFourDigits(t *testing.T) {
	each(t, func(s *desk) {
		checkout := s.begin(asked())
		s.post(checkout.URL, url.Values{"number": {"4000 0000 0000 9995"}, "expiry": {"11/29"}, "cvc": {"739"}})
		s.post(checkout.URL, url.Values{"number": {"4111 1111 1111 1111"}, "expiry": {"11/29"}, "cvc": {"739"}})
		s.pay(checkout.URL, "4000000000000119")
		s.deliver()
		kept := s.log.String()
		for _, table := range []string{"sandbox_charges", "sandbox_events", "sandbox_commands"} {
			rows, err := s.db.Query(s.Context(), `SELECT * FROM `+table)
			s.must(err)
			columns, err := rows.Columns()
			s.must(err)
			for rows.Next() {
				values := make([]any, len(columns))
				for i := range values {
					values[i] = new(any)
				}
				s.must(rows.Scan(values...))
				for _, v := range values {
					switch text := (*v.(*any)).(type) {
					case string:
						kept += "\n" + text
					case []byte:
						kept += "\n" + string(text)
					}
				}
			}
			s.must(rows.Err())
			s.must(rows.Close())
		}
		if !strings.Contains(kept, "0119") {
			s.Fatalf("the last four digits of the card that paid are not kept:\n%s", kept)
		}
		if found := regexp.MustCompile(`4000[ -]?0000|4111[ -]?1111|\b739\b|11/29`).FindString(kept); found != "" {
			s.Fatalf("%q was kept:\n%s", found, kept)
		}
	})
}

func TestEveryPageIsStrictAndInTheReadersLanguage(t *testing.T) {
	one(t, func(s *desk) {
		charge := asked()
		charge.Language = "ar"
		card, challenge := s.begin(charge), s.begin(asked())
		s.pay(challenge.URL, "4000002760003184")
		for address, opening := range map[string]string{
			card.URL:                                    `<html lang="ar" dir="rtl">`,
			card.URL + "?lang=en&card=0077":             `<html lang="en" dir="ltr">`,
			challenge.URL + "/challenge":                `<html lang="fr" dir="ltr">`,
			"/sandbox/?lang=ar":                         `<html lang="ar" dir="rtl">`,
			"/sandbox/charges/" + card.Ref + "?lang=en": `<html lang="en" dir="ltr">`,
		} {
			p := s.get(address)
			if p.status != http.StatusOK || !strings.Contains(p.body, opening) || strings.Count(p.body, "<h1") != 1 {
				s.Errorf("%s: %d\n%s", address, p.status, p.body)
			}
			if found := regexp.MustCompile(`<script|\son[a-z]+=|\sstyle=|sandbox\.[a-z]|processor\.[a-z]`).FindString(p.body); found != "" {
				s.Errorf("%s has %q", address, found)
			}
			if policy := p.header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; style-src 'self';") || strings.Contains(policy, "unsafe") {
				s.Errorf("%s: policy %q", address, policy)
			}
			if p.header.Get("Cache-Control") != "no-store" {
				s.Errorf("%s may be kept", address)
			}
			for _, id := range regexp.MustCompile(`<input[^>]*\sid="(\w+)"`).FindAllStringSubmatch(strings.ReplaceAll(p.body, "\n", " "), -1) {
				if !strings.Contains(p.body, `<label for="`+id[1]+`"`) {
					s.Errorf("%s: the input %s has no label", address, id[1])
				}
			}
		}
		if p := s.get(card.URL); !strings.HasSuffix(p.header.Get("Content-Security-Policy"), "form-action 'self' https://shop.test") {
			s.Errorf("a form may not lead back to the shop: %q", p.header.Get("Content-Security-Policy"))
		}
		style := regexp.MustCompile(`href="(/sandbox/page\.css[^"]*)"`).FindStringSubmatch(s.get(card.URL).body)
		if p := s.get(style[1]); p.status != http.StatusOK || !strings.HasPrefix(p.header.Get("Content-Type"), "text/css") {
			s.Errorf("the style sheet: %d", p.status)
		}
	})
}

func TestWhatDoesNotExistIsNotFound(t *testing.T) {
	one(t, func(s *desk) {
		for _, address := range []string{"/sandbox/pay/ch_unknown", "/sandbox/pay/ch_unknown/challenge", "/sandbox/charges/ch_unknown", "/sandbox/else", "/sandbox/settlements/2026-05-31"} {
			if p := s.get(address); p.status != http.StatusNotFound || !strings.Contains(p.body, "<h1") {
				s.Errorf("%s: %d", address, p.status)
			}
		}
		if p := s.post(s.begin(asked()).URL, url.Values{"number": {strings.Repeat("4", 20<<10)}}); p.status != http.StatusRequestEntityTooLarge {
			s.Errorf("a form of 20 kB: %d", p.status)
		}
	})
}

func TestAnOperatorChargesBackAndSendsAgain(t *testing.T) {
	each(t, func(s *desk) {
		ref := s.captured()
		at := "/sandbox/charges/" + ref
		if p := s.post(at, url.Values{"verb": {"chargeback"}}); p.location() != at+"?lang=fr" {
			s.Fatalf("%d\n%s", p.status, p.body)
		}
		s.post(at, url.Values{"verb": {"lost"}})
		if got := s.state(ref).Chargebacks; len(got) != 1 || got[0].Status != processor.ChargebackLost {
			s.Fatalf("chargebacks: %+v", got)
		}
		button := regexp.MustCompile(`value="(send:[^"]+)"`).FindStringSubmatch(s.get(at).body)
		s.post(at, url.Values{"verb": {button[1]}})
		if len(s.received) != 1 || s.received[0].ID != strings.TrimPrefix(button[1], "send:") {
			s.Fatalf("received: %+v", s.received)
		}
		if p := s.post(at, url.Values{"verb": {"won"}}); p.status != http.StatusConflict {
			s.Fatalf("a lost chargeback was won: %d", p.status)
		}
		if p := s.post(at, url.Values{"verb": {"else"}}); p.status != http.StatusUnprocessableEntity {
			s.Fatalf("an unknown verb answered %d", p.status)
		}
	})
}

func TestOperatorsPagesAreForDemonstrations(t *testing.T) {
	one(t, func(s *desk) {
		ref := s.captured()
		s.server = httptest.NewServer(sandbox.New(sandbox.Config{DB: s.db, Clock: s.clock, Queue: s.queue, Texts: texts.Catalog()}).Handler())
		defer s.server.Close()
		if p := s.post("/sandbox/charges/"+ref, url.Values{"verb": {"chargeback"}}); p.status != http.StatusNotFound {
			s.Errorf("a chargeback answered %d", p.status)
		}
		if p := s.get("/sandbox/"); p.status != http.StatusNotFound {
			s.Errorf("the list answered %d", p.status)
		}
		if len(s.state(ref).Chargebacks) != 0 {
			s.Error("it was charged back")
		}
	})
}
