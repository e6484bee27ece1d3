package finance_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment"
	"khadamat/internal/web/webtest"
)

func TestTheMoneyIsForThoseWhoWatchOverIt(t *testing.T) {
	town := webtest.New(t)
	if got := town.Browser().Get("/fr/finance"); got.Status != http.StatusSeeOther || !strings.HasPrefix(got.Location(), "/fr/sign-in") {
		t.Errorf("nobody is led to %d %s", got.Status, got.Location())
	}
	for role, want := range map[account.Role]int{account.Customer: 403, account.Provider: 403, account.Moderator: 403, account.Finance: 200, account.Reviewer: 200, account.Admin: 200} {
		browser := town.As(town.Person(string(role)+"@example.test", "Amal", role))
		if got := browser.Get("/fr/finance"); got.Status != want {
			t.Errorf("%s gets %d", role, got.Status)
		}
		if linked := strings.Contains(browser.Get("/fr").Body, `href="/fr/finance"`); linked != (want == 200) {
			t.Errorf("a link to the money for %s: %t", role, linked)
		}
	}
}

func TestNothingIsSaidToBeProvenBeforeItIs(t *testing.T) {
	h := withMoney(t)
	page := h.analyst.Get("/fr/finance")
	if !page.Has("Rien n’a encore été prouvé") || !page.Has("Débits = crédits") {
		t.Error(page.Words())
	}
}

var caseLink = regexp.MustCompile(`href="(/fr/finance/cases/[^"/?]+)"`)

// caseOf is the address of the first case of a kind.
func (h *house) caseOf(t *testing.T, kind string) string {
	t.Helper()
	page := h.analyst.Get("/fr/finance/cases?kind=" + kind)
	found := caseLink.FindStringSubmatch(page.Body)
	if found == nil {
		t.Fatalf("no case of kind %s\n%s", kind, page.Words())
	}
	return found[1]
}

func TestWhatIsNotProvenIsSettledByTwoPeople(t *testing.T) {
	h := withMoney(t)
	h.prove(t)
	dashboard := h.analyst.Get("/fr/finance?day=" + paidDay)
	for _, want := range []string{"L’argent du 28 mai est prouvé, sauf 2 cas", "Frais erronés", "Absent du règlement", "Débits = crédits"} {
		if !dashboard.Has(want) {
			t.Errorf("the dashboard does not say %q\n%s", want, dashboard.Words())
		}
	}
	path := h.caseOf(t, "wrong_fee")
	page := h.analyst.Get(path)
	for _, want := range []string{"4,00 MAD", "Grand livre", "Règlement du processeur", "Frais du processeur", "Proposer ce règlement"} {
		if !page.Has(want) {
			t.Errorf("the case does not say %q\n%s", want, page.Words())
		}
	}
	proposed := h.analyst.Post(path+"/settle", url.Values{"way": {"fee"}, "note": {"Vérifié avec la grille"}})
	if page = h.analyst.Follow(proposed); !page.Has("Proposé par Kenza Tazi") || !page.Has("celle qui propose n’approuve pas") || strings.Contains(page.Body, `value="approve"`) {
		t.Errorf("who proposed is not told to wait\n%s", page.Words())
	}
	if got := h.analyst.Post(path+"/decide", url.Values{"do": {"approve"}}); got.Status < 400 {
		t.Errorf("who proposed approves: %d", got.Status)
	}
	if got := h.transactions(t, "fee"); got != 0 {
		t.Errorf("%d fees are booked before anybody approved", got)
	}
	if waiting := h.reviewer.Get("/fr/finance/cases?state=waiting"); !waiting.Has("Frais erronés") {
		t.Error(waiting.Words())
	}
	approved := h.reviewer.Follow(h.reviewer.Post(path+"/decide", url.Values{"do": {"approve"}}))
	if !approved.Has("Réglé") || !approved.Has("Voir l’écriture passée") {
		t.Error(approved.Words())
	}
	if got := h.transactions(t, "fee"); got != 1 {
		t.Errorf("%d fees are booked", got)
	}
	if trial := h.reviewer.Get("/fr/finance/ledger"); !trial.Has("Débits = crédits") {
		t.Error(trial.Words())
	}
	if after := h.reviewer.Get("/fr/finance?day=" + paidDay); !after.Has("sauf 1 cas") {
		t.Error(after.Words())
	}
}

func (h *house) transactions(t *testing.T, kind string) int {
	t.Helper()
	found, err := h.Ledger.Find(t.Context(), ledger.Filter{Type: kind})
	h.must(t, err)
	return len(found.Items)
}

func TestARefusedProposalBooksNothing(t *testing.T) {
	h := withMoney(t)
	h.prove(t)
	path := h.caseOf(t, "wrong_fee")
	h.analyst.Follow(h.analyst.Post(path+"/settle", url.Values{"way": {"fee"}, "note": {"Petit montant"}}))
	page := h.reviewer.Follow(h.reviewer.Post(path+"/decide", url.Values{"do": {"refuse"}, "note": {"C’est un frais"}}))
	if !page.Has("À traiter") || !page.Has("C’est un frais") || !page.Has("Proposer ce règlement") {
		t.Error(page.Words())
	}
	if got := h.transactions(t, "fee"); got != 0 {
		t.Errorf("%d fees are booked", got)
	}
}

func TestAWayThatDoesNotFitIsRefusedOnThePage(t *testing.T) {
	h := withMoney(t)
	h.prove(t)
	path := h.caseOf(t, "wrong_fee")
	if got := h.analyst.Post(path+"/settle", url.Values{"way": {"payout_returned"}, "note": {"x"}}); got.Status != http.StatusUnprocessableEntity || !got.Has("Proposer ce règlement") {
		t.Errorf("%d %s", got.Status, got.Words())
	}
	if got := h.analyst.Get("/fr/finance/cases/nothing"); got.Status != http.StatusNotFound {
		t.Errorf("a case that there is not: %d", got.Status)
	}
}

func TestACaseIsTakenOnAndTalkedAbout(t *testing.T) {
	h := withMoney(t)
	h.prove(t)
	path := h.caseOf(t, "missing_settlement")
	h.reviewer.Follow(h.reviewer.Post(path+"/take", nil))
	page := h.reviewer.Follow(h.reviewer.Post(path+"/comment", url.Values{"text": {"J’écris au processeur."}}))
	if !page.Has("J’écris au processeur.") || !page.Has("Responsable Omar Lahlou") {
		t.Error(page.Words())
	}
	if mine := h.reviewer.Get("/fr/finance/cases?owner=me"); !mine.Has("Absent du règlement") || mine.Has("Frais erronés 4") {
		t.Error(mine.Words())
	}
}

func TestFilesAreRefusedWithTheReason(t *testing.T) {
	h := withMoney(t)
	other := bankFile("MA64011519000001205000534921", 100)
	for name, try := range map[string]struct{ kind, content, says string }{
		"a statement of another account": {"statement", other, "MA64011519000001205000534921"},
		"what is no statement":           {"statement", "hello", "Rien n’a été changé"},
		"a file that does not add up":    {"settlement", strings.Replace(h.settlement, "200.00", "201.00", 1), "Rien n’a été changé"},
	} {
		got := h.take(try.kind, try.content)
		if got.Status != http.StatusUnprocessableEntity || !got.Has(try.says) || !got.Has("est refusé") {
			t.Errorf("%s: %d %s", name, got.Status, got.Words())
		}
	}
	h.prove(t)
	if got := h.take("settlement", h.settlement); got.Status != http.StatusUnprocessableEntity || !got.Has(batch) {
		t.Errorf("a batch that came before: %d %s", got.Status, got.Words())
	}
	if list := h.analyst.Get("/fr/finance/files"); !list.Has(batch) || !list.Has("Kenza Tazi") {
		t.Error(list.Words())
	}
	if got := h.analyst.PostFiles("/fr/finance/files", map[string][]string{"kind": {"statement"}}, "file"); got.Status != http.StatusUnprocessableEntity || !got.Has("Choisissez un fichier") {
		t.Errorf("no file: %d", got.Status)
	}
}

var fileLink = regexp.MustCompile(`href="(/fr/finance/files/[^"?]+)"`)

func TestAFileIsGivenBackAsItCame(t *testing.T) {
	h := withMoney(t)
	h.prove(t)
	link := fileLink.FindStringSubmatch(h.analyst.Get("/fr/finance/files").Body)
	if link == nil {
		t.Fatal("no file is linked")
	}
	if got := h.analyst.Get(link[1]); got.Body != h.settlement {
		t.Errorf("%d\n%s", got.Status, got.Body)
	}
}

func TestTheLedgerIsReadFromTheTrialBalanceToThePosting(t *testing.T) {
	h := withMoney(t)
	trial := h.analyst.Get("/fr/finance/ledger")
	for _, want := range []string{"Dû par le processeur", "Commissions 100,00 MAD", "TVA collectée 20,00 MAD"} {
		if !trial.Has(want) {
			t.Errorf("the trial balance does not say %q\n%s", want, trial.Words())
		}
	}
	if before := h.analyst.Get("/fr/finance/ledger?day=2026-05-01"); before.Has("20,00 MAD") {
		t.Error("a balance of before anything was posted has accounts")
	}
	held := h.analyst.Get("/fr/finance/ledger/accounts/funds_held")
	if !held.Has("Encaissement") || !held.Has("-200,00 MAD") || !held.Has("Solde final 0,00 MAD") {
		t.Error(held.Words())
	}
	owed := h.analyst.Get("/fr/finance/ledger/payables")
	if !owed.Has("Plomberie Atlas") || !owed.Has("880,00 MAD") {
		t.Error(owed.Words())
	}
	if got := h.analyst.Get("/fr/finance/ledger/accounts/provider_payable:" + h.Provider.ID); !got.Has("Plomberie Atlas") || !got.Has("-880,00 MAD") {
		t.Error(got.Words())
	}
	for _, missing := range []string{"nothing", "bank:someone", "provider_payable"} {
		if got := h.analyst.Get("/fr/finance/ledger/accounts/" + missing); got.Status != http.StatusNotFound {
			t.Errorf("account %s: %d", missing, got.Status)
		}
	}
	found := h.analyst.Get("/fr/finance/ledger/transactions?q=" + h.payments[0].BookingID)
	if strings.Count(found.Body, `class="cover"`) != 2 {
		t.Errorf("of the booking there are not two transactions\n%s", found.Words())
	}
	if byReference := h.analyst.Get("/fr/finance/ledger/transactions?type=capture&q=" + h.payments[0].Ref); strings.Count(byReference.Body, `class="cover"`) != 1 {
		t.Error(byReference.Words())
	}
	link := regexp.MustCompile(`href="(/fr/finance/ledger/transactions/[0-9a-f-]{36})"`).FindStringSubmatch(found.Body)
	one := h.analyst.Get(link[1])
	if !one.Has("200,00 MAD") || !one.Has("Écriture") || !one.Has(h.payments[0].BookingID) {
		t.Error(one.Words())
	}
}

func TestAReversalAndWhatItReversesLeadToEachOther(t *testing.T) {
	h := withMoney(t)
	reversal := h.reverse(t, "capture:"+h.payments[4].ID)
	page := h.analyst.Get("/fr/finance/ledger/transactions/" + reversal.ID)
	if !page.Has("Annulation") || !strings.Contains(page.Body, "/fr/finance/ledger/transactions/"+reversal.Reverses) {
		t.Error(page.Words())
	}
	if reversed := h.analyst.Get("/fr/finance/ledger/transactions/" + reversal.Reverses); !strings.Contains(reversed.Body, "/fr/finance/ledger/transactions/"+reversal.ID) {
		t.Error(reversed.Words())
	}
}

func TestPaymentsAreFoundWithTheirHistory(t *testing.T) {
	h := withMoney(t)
	list := h.analyst.Get("/fr/finance/payments?status=" + string(payment.Captured))
	if strings.Count(list.Body, `class="cover"`) != 5 {
		t.Error(list.Words())
	}
	if none := h.analyst.Get("/fr/finance/payments?method=cash"); !none.Has("Aucun paiement ne correspond") {
		t.Error(none.Words())
	}
	one := h.analyst.Get("/fr/finance/payments/" + h.payments[0].ID)
	for _, want := range []string{"200,00 MAD", "Encaissé", "Plomberie Atlas", "6,80 MAD", "Revenu acquis", "ch_0001"} {
		if !one.Has(want) {
			t.Errorf("the payment does not say %q\n%s", want, one.Words())
		}
	}
	if got := h.analyst.Get("/fr/finance/webhooks"); !got.Has("Le processeur n’a encore rien envoyé") {
		t.Error(got.Words())
	}
}

func TestPayoutsArePreparedByOneAndSentByAnother(t *testing.T) {
	h := withMoney(t)
	if got := h.analyst.Post("/fr/finance/payouts/prepare", nil); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("without a bank account a batch is made: %d", got.Status)
	}
	h.bankAccount(t)
	h.Clock.Advance(24 * time.Hour)
	if next := h.analyst.Get("/fr/finance/payouts"); !next.Has("880,00 MAD") {
		t.Error(next.Words())
	}
	prepared := h.analyst.Post("/fr/finance/payouts/prepare", nil)
	own := h.analyst.Follow(prepared)
	if !own.Has("Plomberie Atlas") || !own.Has("Une deuxième personne") || strings.Contains(own.Body, "/send") {
		t.Error(own.Words())
	}
	path := prepared.Location()
	if got := h.analyst.Post(path+"/send", nil); got.Status < 400 {
		t.Errorf("who prepared sends: %d", got.Status)
	}
	sent := h.reviewer.Follow(h.reviewer.Post(path+"/send", nil))
	if !sent.Has("Envoyé par Omar Lahlou") || strings.Contains(sent.Body, "MA64011519000001205000534921") {
		t.Error(sent.Words())
	}
	file := h.reviewer.Get(path + "/file")
	if !strings.Contains(file.Body, "pain.001.001.09") || !strings.Contains(file.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%d %s", file.Status, file.Header)
	}
}

func TestPagesHaveNoFaultsInAnyLanguage(t *testing.T) {
	h := withMoney(t)
	empty := []string{"", "/cases", "/ledger", "/ledger/payables", "/ledger/transactions?q=nothing", "/payments?method=cash", "/payouts", "/files", "/files?kind=statement", "/webhooks"}
	check := func(language, path string) {
		t.Helper()
		page := h.analyst.Get("/" + language + "/finance" + path)
		if page.Status != http.StatusOK {
			t.Errorf("%s %s: %d", language, path, page.Status)
		}
		for _, fault := range page.Faults(language) {
			t.Errorf("%s %s: %s", language, path, fault)
		}
	}
	for _, path := range empty {
		check("fr", path)
	}
	h.prove(t)
	full := append(empty, strings.TrimPrefix(h.caseOf(t, "wrong_fee"), "/fr/finance"), strings.TrimPrefix(h.caseOf(t, "missing_settlement"), "/fr/finance"),
		"/ledger/accounts/processor_clearing", "/ledger/transactions", "/payments", "/payments/"+h.payments[1].ID)
	for _, language := range []string{"fr", "ar", "en"} {
		for _, path := range full {
			check(language, path)
		}
	}
}
