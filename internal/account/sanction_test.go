package account_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
)

// market is what is told of standings.
type market struct {
	mu   sync.Mutex
	told []account.Standing
}

func (m *market) SetStanding(_ context.Context, tx *db.Tx, _ string, standing account.Standing) error {
	tx.AfterCommit(func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.told = append(m.told, standing)
	})
	return nil
}

// operator makes somebody of the house.
func (w world) operator(email string, role account.Role) account.Actor {
	w.t.Helper()
	made, err := w.EnsureAccount(w.t.Context(), account.NewAccount{Email: email, Password: "une phrase de service", Name: "Opératrice", Role: role})
	if err != nil {
		w.t.Fatal(err)
	}
	return account.Actor{ID: made.ID, Role: role}
}

func (w world) sanction(by account.Actor, accountID string, kind account.SanctionKind) {
	w.t.Helper()
	if err := w.Sanction(w.t.Context(), by, accountID, account.SanctionInput{Kind: kind, Reason: "Propos blessants"}); err != nil {
		w.t.Fatal(err)
	}
}

func TestAWarningIsToldAndTakesNothingAway(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		amina, session := w.arrive()
		moderator := w.operator("moderator@example.ma", account.Moderator)
		w.sanction(moderator, amina.ID, account.Warning)
		if _, err := w.Authenticate(t.Context(), session.AccessToken); err != nil {
			t.Fatalf("the session ended: %v", err)
		}
		if sent := w.mail.of(account.MailSanctionWarned); len(sent) != 1 || sent[0].to != amina.ID {
			t.Fatalf("told %v", sent)
		}
		all, err := w.Sanctions(t.Context(), moderator, amina.ID)
		if err != nil || len(all) != 1 || all[0].Kind != account.Warning || all[0].Reason != "Propos blessants" || all[0].ByName != "Opératrice" {
			t.Fatalf("%+v, %v", all, err)
		}
		w.wantAudited("account.sanctioned")
	})
}

func TestASuspendedPersonIsOutAtOnceAndBackAfterSevenDays(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		shop := &market{}
		config := w.config()
		config.Standings = shop
		w.Service = account.New(config)
		amina, session := w.arrive()
		token, _, err := w.CreateToken(t.Context(), amina, "agenda", 0, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.AuthenticateToken(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		moderator := w.operator("moderator@example.ma", account.Moderator)
		w.sanction(moderator, amina.ID, account.Suspension)

		_, err = w.Authenticate(t.Context(), session.AccessToken)
		want(t, err, errs.Unauthenticated, "account.session_ended")
		_, err = w.Refresh(t.Context(), session.RefreshToken, laptop)
		want(t, err, errs.Unauthenticated, "account.session_ended")
		_, err = w.AuthenticateToken(t.Context(), token)
		want(t, err, errs.Unauthenticated, "account.token_refused")
		_, err = w.node().AuthenticateToken(t.Context(), token)
		want(t, err, errs.Unauthenticated, "account.token_refused")
		_, err = w.SignIn(t.Context(), email, password, laptop)
		refused := want(t, err, errs.Forbidden, "account.suspended")
		if refused.Args["Reason"] != "Propos blessants" || refused.Args["Until"] == nil {
			t.Fatalf("refused without saying why and until when: %v", refused.Args)
		}
		_, err = w.SignIn(t.Context(), email, "un autre mot de passe", laptop)
		want(t, err, errs.Unauthenticated, "account.wrong_credentials") // who has not the password learns nothing

		w.clock.Advance(7*day - time.Second)
		if n, err := w.LiftDue(t.Context()); err != nil || n != 0 {
			t.Fatalf("lifted %d too early: %v", n, err)
		}
		w.clock.Advance(time.Second)
		if n, err := w.LiftDue(t.Context()); err != nil || n != 1 {
			t.Fatalf("lifted %d: %v", n, err)
		}
		w.signIn()
		if _, err := w.AuthenticateToken(t.Context(), token); err != nil {
			t.Fatalf("the token came not back: %v", err)
		}
		if len(shop.told) != 2 || shop.told[0] != account.Suspended || shop.told[1] != account.Good {
			t.Fatalf("the market was told %v", shop.told)
		}
		if len(w.mail.of(account.MailSanctionSuspended)) != 1 || len(w.mail.of(account.MailSanctionLifted)) != 1 {
			t.Fatal("she was not told of both")
		}
	})
}

func TestABanLastsUntilSomebodyLiftsIt(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		amina, _ := w.arrive()
		moderator := w.operator("moderator@example.ma", account.Moderator)
		admin := w.operator("admin@example.ma", account.Admin)
		banning := account.SanctionInput{Kind: account.Ban, Reason: "une raison"}
		want(t, w.Sanction(t.Context(), moderator, amina.ID, banning), errs.Forbidden, "error.forbidden")
		w.sanction(admin, amina.ID, account.Ban)
		w.clock.Advance(400 * day)
		if n, err := w.LiftDue(t.Context()); err != nil || n != 0 {
			t.Fatalf("lifted %d: %v", n, err)
		}
		_, err := w.SignIn(t.Context(), email, password, laptop)
		want(t, err, errs.Forbidden, "account.banned")
		err = w.Sanction(t.Context(), moderator, amina.ID, account.SanctionInput{Kind: account.Suspension, Reason: "encore"})
		want(t, err, errs.Conflict, "account.banned_already")
		if err := w.Lift(t.Context(), moderator, amina.ID); err != nil {
			t.Fatal(err)
		}
		w.signIn()
		want(t, w.Lift(t.Context(), moderator, amina.ID), errs.Conflict, "account.nothing_to_lift")
		all, err := w.Sanctions(t.Context(), moderator, amina.ID)
		if err != nil || len(all) != 1 || all[0].LiftedByID != moderator.ID || all[0].LiftedAt.IsZero() {
			t.Fatalf("%+v, %v", all, err)
		}
		w.wantAudited("account.sanction_lifted")
	})
}

func TestNobodyJudgesThemselvesAndOnlyAdminsJudgeOperators(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		amina, _ := w.arrive()
		moderator, admin := w.operator("moderator@example.ma", account.Moderator), w.operator("admin@example.ma", account.Admin)
		input := account.SanctionInput{Kind: account.Warning, Reason: "une raison"}
		want(t, w.Sanction(t.Context(), amina, moderator.ID, input), errs.Forbidden, "error.forbidden")
		want(t, w.Sanction(t.Context(), account.Actor{}, amina.ID, input), errs.Unauthenticated, "error.unauthenticated")
		want(t, w.Sanction(t.Context(), admin, admin.ID, input), errs.Forbidden, "account.sanction_oneself")
		want(t, w.Sanction(t.Context(), moderator, admin.ID, input), errs.Forbidden, "account.sanction_operator")
		want(t, w.Lift(t.Context(), moderator, admin.ID), errs.Forbidden, "account.sanction_operator")
		if err := w.Sanction(t.Context(), admin, moderator.ID, input); err != nil {
			t.Fatalf("an admin could not: %v", err)
		}
		wantField(t, w.Sanction(t.Context(), admin, amina.ID, account.SanctionInput{Kind: "whipping", Reason: "une raison"}), "kind", "account.sanction_unknown")
		wantField(t, w.Sanction(t.Context(), admin, amina.ID, account.SanctionInput{Kind: account.Ban}), "reason", "text.required")
		_, err := w.Sanctions(t.Context(), amina, amina.ID)
		want(t, err, errs.Forbidden, "error.forbidden")
	})
}

func TestTheSameSanctionAskedForTwiceIsOne(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		amina, _ := w.arrive()
		admin := w.operator("admin@example.ma", account.Admin)
		for range 2 {
			if err := w.Sanction(t.Context(), admin, amina.ID, account.SanctionInput{Kind: account.Warning, Reason: "une raison", IdempotencyKey: "k"}); err != nil {
				t.Fatal(err)
			}
		}
		if n := w.count(`SELECT count(*) FROM sanctions`); n != 1 {
			t.Fatalf("%d sanctions", n)
		}
	})
}

func TestOperatorsFindPeopleByNameAddressRoleAndStanding(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		admin := w.operator("admin@example.ma", account.Admin)
		amina, _ := w.arrive()
		zineb := someone("zineb@example.ma", "Zinéb Aït_Lahcen", account.Provider)
		made := w.signUp(zineb)
		w.sanction(admin, made.ID, account.Suspension)
		for _, c := range []struct {
			filter account.PeopleFilter
			ids    []string
		}{
			{account.PeopleFilter{Query: "zineb"}, []string{made.ID}},
			{account.PeopleFilter{Query: "AÏT zinéb"}, []string{made.ID}},
			{account.PeopleFilter{Query: "t_l"}, []string{made.ID}},
			{account.PeopleFilter{Query: "%"}, nil},
			{account.PeopleFilter{Query: "amina@"}, []string{amina.ID}},
			{account.PeopleFilter{Role: account.Provider}, []string{made.ID}},
			{account.PeopleFilter{Standing: account.Suspended}, []string{made.ID}},
			{account.PeopleFilter{Role: account.Customer, Standing: account.Suspended}, nil},
			{account.PeopleFilter{}, []string{made.ID, amina.ID, admin.ID}},
		} {
			page, err := w.People(t.Context(), admin, c.filter)
			if err != nil || len(page.Items) != len(c.ids) || page.NextCursor != "" {
				t.Fatalf("%+v: %d people, %v", c.filter, len(page.Items), err)
			}
			for i, person := range page.Items {
				if person.ID != c.ids[i] {
					t.Errorf("%+v: number %d is %s", c.filter, i, person.Email)
				}
			}
		}
		first, err := w.People(t.Context(), admin, account.PeopleFilter{Limit: 2})
		if err != nil || len(first.Items) != 2 || first.NextCursor == "" {
			t.Fatalf("%+v, %v", first, err)
		}
		rest, err := w.People(t.Context(), admin, account.PeopleFilter{Limit: 2, Cursor: first.NextCursor})
		if err != nil || len(rest.Items) != 1 || rest.Items[0].ID != admin.ID || rest.NextCursor != "" {
			t.Fatalf("%+v, %v", rest, err)
		}
		person, err := w.Person(t.Context(), admin, made.ID)
		if err != nil || person.Standing != account.Suspended || person.SanctionCount != 1 {
			t.Fatalf("%+v, %v", person, err)
		}
		_, err = w.People(t.Context(), amina, account.PeopleFilter{})
		want(t, err, errs.Forbidden, "error.forbidden")
	})
}

func someone(email, name string, role account.Role) account.NewAccount {
	n := amina()
	n.Email, n.Name, n.Role = email, name, role
	return n
}
