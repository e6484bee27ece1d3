package recon_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"khadamat/internal/account"
	"khadamat/internal/web/recon"
	"khadamat/internal/web/webtest"
)

// house is a town with somebody who reconciles, and a project of theirs that is not set up yet.
type house struct {
	*webtest.Town
	kenza   account.Account
	browser *webtest.Browser
	project string // its path below /fr
	id      string
}

func withProject(t *testing.T) *house {
	t.Helper()
	h := &house{Town: webtest.New(t)}
	h.kenza = h.Analyst("kenza@example.test", "Kenza Tazi")
	h.browser = h.As(h.kenza)
	ledger, bank := webtest.LedgerAndBank()
	sent := h.browser.PostForm("/fr/recon/new", webtest.File{Input: "file.0", Name: "grand_livre.csv", Content: ledger}, webtest.File{Input: "file.1", Name: "banque.csv", Content: bank})
	h.project = strings.TrimSuffix(strings.TrimPrefix(sent.Location(), "/fr"), "/setup")
	if sent.Status != http.StatusSeeOther || h.project == "" {
		t.Fatalf("%d\n%s", sent.Status, sent.Words())
	}
	h.id = strings.TrimPrefix(h.project, "/recon/")
	return h
}

// run sets the project going as the set-up page proposes, and waits for the end.
func (h *house) run(t *testing.T) webtest.Page {
	t.Helper()
	var led webtest.Page
	h.RunEnds(h.id, func() {
		led = h.browser.Post("/fr"+h.project+"/setup", url.Values{"name": {"Caisse de mai"}, "rules": {"auto"}})
	})
	if led.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", led.Status, led.Words())
	}
	return h.browser.Follow(led)
}

func TestTheWorkspaceIsForThoseWhoReconcile(t *testing.T) {
	town := webtest.New(t)
	if got := town.Browser().Get("/fr/recon"); got.Status != http.StatusSeeOther || !strings.HasPrefix(got.Location(), "/fr/sign-in") {
		t.Errorf("nobody is led to %d %s", got.Status, got.Location())
	}
	for role, want := range map[account.Role]int{account.Customer: 403, account.Provider: 403, account.Moderator: 403, account.Finance: 200, account.Reviewer: 200, account.Admin: 200} {
		got := town.As(town.Person(string(role)+"@example.test", "Amal", role)).Get("/fr/recon")
		if got.Status != want {
			t.Errorf("%s gets %d", role, got.Status)
		}
		if linked := strings.Contains(town.As(town.Person(string(role)+"@example.test", "Amal", role)).Get("/fr").Body, `href="/fr/recon"`); linked != (want == 200) {
			t.Errorf("a link to the workspace for %s: %t", role, linked)
		}
	}
}

func TestWhoHasNoProjectIsToldHowToBegin(t *testing.T) {
	town := webtest.New(t)
	page := town.As(town.Analyst("kenza@example.test", "Kenza Tazi")).Get("/fr/recon")
	if !page.Has("Deux fichiers suffisent") || !strings.Contains(page.Body, `href="/fr/recon/new"`) {
		t.Error(page.Words())
	}
}

func TestFromTwoFilesToResults(t *testing.T) {
	h := withProject(t)
	setup := h.browser.Get("/fr" + h.project + "/setup")
	for _, want := range []string{"grand livre", "banque", "posting_date", "Libellé", "42 lignes", "0 illisibles", "Date · auto", "Montant · auto"} {
		if !setup.Has(want) {
			t.Errorf("the set-up page does not say %q\n%s", want, setup.Words())
		}
	}
	if name := setup.Value("name"); name != "grand livre ↔ banque" {
		t.Errorf("the project is called %q", name)
	}
	ended := h.run(t)
	if !ended.Has("Terminée") || !ended.Has("Taux de rapprochement") {
		t.Error(ended.Words())
	}
	list := h.browser.Get("/fr/recon")
	if !list.Has("Caisse de mai") || !list.Has("Terminée") {
		t.Error(list.Words())
	}
	if h.browser.Get("/fr"+h.project).Status != http.StatusOK {
		t.Error("there are no results")
	}
}

func TestAFormWithoutFilesIsShownAgain(t *testing.T) {
	h := withProject(t)
	if got := h.browser.PostForm("/fr/recon/new"); got.Status != http.StatusUnprocessableEntity || !got.Has("Choisissez au moins un fichier") {
		t.Errorf("%d %s", got.Status, got.Words())
	}
}

func TestAFileThatCannotBeReadIsAskedForAgain(t *testing.T) {
	h := withProject(t)
	ledger, _ := webtest.LedgerAndBank()
	sent := h.browser.PostForm("/fr/recon/new", webtest.File{Input: "file.0", Name: "livre.csv", Content: ledger}, webtest.File{Input: "file.1", Name: "banque.xlsx", Content: "PK\x03\x04 nothing"})
	if sent.Status != http.StatusUnprocessableEntity || !sent.Has("livre.csv") || sent.Has("Lancer le rapprochement") || !strings.Contains(sent.Body, "<recon-drop") {
		t.Errorf("%d %s", sent.Status, sent.Words())
	}
}

func TestFilesComeInPiecesToo(t *testing.T) {
	h := withProject(t)
	ledger, bank := webtest.LedgerAndBank()
	var made struct {
		Project string
		Sources []string
		Next    string
	}
	read(t, h.browser.Post("/fr/recon/new/begin", url.Values{"name": {"livre.csv", "banque.csv"}}), &made)
	// The first file turned out to be unreadable, and another one comes in its place.
	begun := h.browser.Post("/fr/recon/"+made.Project+"/sources/"+made.Sources[0]+"/uploads", url.Values{"name": {"journal_mai.csv"}, "size": {"9"}, "begins": {"1"}})
	if list := h.browser.Get("/fr/recon"); begun.Status != http.StatusOK || !list.Has("journal mai ↔ banque") {
		t.Errorf("%d %s", begun.Status, list.Words())
	}
	for i, content := range []string{ledger, bank} {
		var upload struct {
			Upload   string
			Received int64
		}
		read(t, h.browser.Post("/fr/recon/"+made.Project+"/sources/"+made.Sources[i]+"/uploads", url.Values{"name": {"fichier.csv"}, "size": {itoa(len(content))}}), &upload)
		path := "/fr/recon/" + made.Project + "/uploads/" + upload.Upload
		half := len(content) / 2
		piece := func(offset int, body string) int64 {
			read(t, h.browser.PostBody(path+"?offset="+itoa(offset), "application/octet-stream", body), &upload)
			return upload.Received
		}
		if got := piece(0, content[:half]); got != int64(half) {
			t.Fatalf("%d of %d bytes came in", got, half)
		}
		// The answer was lost and the piece comes again: the sender is told where to go on.
		if got := piece(0, content[:half]); got != int64(half) {
			t.Fatalf("a piece that came twice leads to %d", got)
		}
		if got := piece(half, content[half:]); got != int64(len(content)) {
			t.Fatalf("%d of %d bytes came in", got, len(content))
		}
		var version struct{ Rows int }
		read(t, h.browser.Post(path+"/finish", nil), &version)
		if version.Rows != 42 {
			t.Errorf("%d rows were read", version.Rows)
		}
	}
	if setup := h.browser.Get(made.Next); !setup.Has("Lancer le rapprochement") {
		t.Error(setup.Words())
	}
	refused := h.browser.Post("/fr/recon/"+made.Project+"/sources/"+made.Sources[0]+"/uploads", url.Values{"name": {"x.csv"}, "size": {"-4"}})
	var said struct{ Problem string }
	if err := json.Unmarshal([]byte(refused.Body), &said); err != nil || refused.Status != http.StatusUnprocessableEntity || said.Problem == "" {
		t.Errorf("%d %s", refused.Status, refused.Body)
	}
}

func read(t *testing.T, page webtest.Page, into any) {
	t.Helper()
	if page.Status != http.StatusOK {
		t.Fatalf("%d %s", page.Status, page.Body)
	}
	if err := json.Unmarshal([]byte(page.Body), into); err != nil {
		t.Fatal(err)
	}
}

func TestWhatAPersonSaysAboutAColumnIsKept(t *testing.T) {
	h := withProject(t)
	setup := "/fr" + h.project + "/setup"
	form := url.Values{"name": {"Caisse"}, "rules": {"auto"}, "do": {"look"}, "role.0.reference": {"ignore"}, "role.1.Libellé": {"reference"}, "written.1.Date": {"mm/dd/yyyy"}}
	page := h.browser.Follow(h.browser.Post(setup, form))
	chosen := func(name, value string) bool {
		field := regexp.MustCompile(`(?s)<select[^>]*name="` + regexp.QuoteMeta(name) + `".*?</select>`).FindString(page.Body)
		return strings.Contains(field, `<option value="`+value+`" selected`)
	}
	for name, value := range form {
		if strings.Contains(name, ".") && !chosen(name, value[0]) {
			t.Errorf("%s is not %q any more", name, value[0])
		}
	}
	page = h.browser.Follow(h.browser.Post(setup, url.Values{"name": {"Caisse"}, "do": {"look"}, "role.0.reference": {""}}))
	if !chosen("role.0.reference", "") || !chosen("role.1.Libellé", "reference") {
		t.Error("taking one word back takes back all, or none")
	}
}

func TestRulesOfOnesOwnAreCheckedBeforeTheyRun(t *testing.T) {
	h := withProject(t)
	page := h.browser.Post("/fr"+h.project+"/setup", url.Values{"name": {"Caisse"}, "rules": {"own"}, "yaml": {"version: 1\npasses:\n  - name: a\n    kind: exakt\n"}})
	if page.Status != http.StatusUnprocessableEntity || !page.Has("Ligne 4") || !page.Has("exact") || !strings.Contains(page.Body, "kind: exakt") {
		t.Errorf("%d %s", page.Status, page.Words())
	}
	if runs := h.browser.Get("/fr" + h.project + "/runs"); !runs.Has("Aucune exécution") {
		t.Error("it ran")
	}
}

func TestATemplateThatDoesNotFitTheColumnsStandsInTheEditor(t *testing.T) {
	h := withProject(t) // the ledger stands first, where the template has the bank
	page := h.browser.Post("/fr"+h.project+"/setup", url.Values{"name": {"Caisse"}, "rules": {"bank"}})
	if page.Status != http.StatusUnprocessableEntity || !page.Has("ne vont pas avec les colonnes") || !strings.Contains(page.Body, `data-line="`) || !strings.Contains(page.Body, `value="own" checked`) {
		t.Errorf("%d %s", page.Status, page.Words())
	}
	if runs := h.browser.Get("/fr" + h.project + "/runs"); !runs.Has("Aucune exécution") {
		t.Error("it ran")
	}
}

func TestVersionsOfRulesAreSavedAndCompared(t *testing.T) {
	h := withProject(t)
	rules := "/fr" + h.project + "/rules"
	one := "version: 1\npasses:\n  - name: par référence\n    kind: exact\n    fields: [reference, amount]\n"
	two := strings.Replace(one, "[reference, amount]", "[reference]", 1)
	for i, yaml := range []string{one, two} {
		saved := h.browser.Post(rules, url.Values{"do": {"save"}, "yaml": {strings.ReplaceAll(yaml, "\n", "\r\n")}, "note": {"Note " + itoa(i+1)}, "before": {"0"}})
		if saved.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", saved.Status, saved.Words())
		}
	}
	page := h.browser.Get(rules + "?version=2&against=1")
	if !page.Has("Note 1") || !page.Has("Note 2") || !strings.Contains(page.Body, "<del>    fields: [reference, amount]</del>") || !strings.Contains(page.Body, "<ins>    fields: [reference]</ins>") {
		t.Error(page.Words())
	}
	if bad := h.browser.Post(rules, url.Values{"do": {"save"}, "yaml": {"version: 2"}}); bad.Status != http.StatusUnprocessableEntity || !bad.Has("Ligne 1") {
		t.Errorf("%d %s", bad.Status, bad.Words())
	}
	if part := h.browser.Post(rules+"/check", url.Values{"yaml": {"version: 2"}}); part.Status != http.StatusOK || !part.Has("Ligne 1") || strings.Contains(part.Body, "<html") {
		t.Errorf("%d %s", part.Status, part.Body)
	}
	if got := h.browser.Get(rules + "?version=9").Status; got != http.StatusNotFound {
		t.Errorf("a version that there is not answers %d", got)
	}
}

func TestRulesAreTriedOnASample(t *testing.T) {
	h := withProject(t)
	page := h.browser.Post("/fr"+h.project+"/rules", url.Values{"do": {"try"}, "before": {"0"}, "yaml": {"version: 1\npasses:\n  - name: montants égaux\n    kind: exact\n    fields: [amount]\n"}})
	if page.Status != http.StatusOK || !page.Has("Échantillon : 42 et 42 enregistrements.") || !page.Has("disparaissent") {
		t.Errorf("%d %s", page.Status, page.Words())
	}
}

func TestSourcesCanBeAddedToAndTakenBack(t *testing.T) {
	h := withProject(t)
	path := "/fr" + h.project + "/sources"
	page := h.browser.Get(path)
	source := regexp.MustCompile(h.project + `/sources/([0-9a-f-]+)/files`).FindStringSubmatch(page.Body)[1]
	loaded := h.browser.Follow(h.browser.PostForm(path+"/"+source+"/files", webtest.File{Input: "file.0", Name: "juin.csv", Content: "entry_id,posting_date,amount,counterparty,reference\nEC950,2026-06-02,12.00,Client Z,FA-1\n"}))
	if !loaded.Has("juin.csv") || !loaded.Has("Les données sont chargées.") {
		t.Error(loaded.Words())
	}
	version := regexp.MustCompile(`name="version" value="([0-9a-f-]+)"`).FindStringSubmatch(loaded.Body)[1]
	if gone := h.browser.Follow(h.browser.Post(path+"/"+source, url.Values{"do": {"remove-version"}, "version": {version}})); gone.Has("juin.csv") {
		t.Error("a file that was taken back is still there")
	}
	if renamed := h.browser.Follow(h.browser.Post(path+"/"+source, url.Values{"name": {"Journal des ventes"}})); !renamed.Has("Journal des ventes") {
		t.Error(renamed.Words())
	}
	if third := h.browser.Follow(h.browser.Post(path, url.Values{"name": {"Caisse"}, "kind": {"files"}})); !third.Has("Caisse") || !third.Has("Rien n’est encore chargé.") {
		t.Error(third.Words())
	}
	if empty := h.browser.PostForm(path + "/" + source + "/files"); empty.Status != http.StatusUnprocessableEntity {
		t.Errorf("a form without a file answers %d", empty.Status)
	}
}

func TestSettingsAreKeptAndCheckedForWhoChangedThemMeanwhile(t *testing.T) {
	h := withProject(t)
	path := "/fr" + h.project + "/settings"
	page := h.browser.Get(path)
	form := url.Values{"version": {page.Value("version")}, "name": {"Caisse de mai"}, "description": {"Agence Maârif"}, "write_off_limit": {"99,50"}, "currency": {"mad"}, "escalate_after": {"30"},
		"escalate_above": {"10 000"}, "accept_suggested": {"95"}, "reason_codes": {"Frais bancaires\r\n\r\nErreur de saisie\r\n"}, "run_on_new_data": {"1"}, "run_daily_at": {"02:30"}}
	saved := h.browser.Follow(h.browser.Post(path, form))
	for name, want := range map[string]string{"write_off_limit": "99.5", "currency": "MAD", "escalate_after": "30", "escalate_above": "10000", "accept_suggested": "95", "run_daily_at": "02:30"} {
		if got := saved.Value(name); got != want {
			t.Errorf("%s is %q, not %q", name, got, want)
		}
	}
	if !strings.Contains(saved.Body, "Frais bancaires\nErreur de saisie</textarea>") || !saved.Has("Agence Maârif") {
		t.Error(saved.Words())
	}
	if late := h.browser.Post(path, form); late.Status != http.StatusUnprocessableEntity || late.Value("write_off_limit") != "99,50" {
		t.Errorf("what was changed meanwhile is written over: %d", late.Status)
	}
	form.Set("version", saved.Value("version"))
	form.Set("write_off_limit", "beaucoup")
	if bad := h.browser.Post(path, form); bad.Status != http.StatusUnprocessableEntity || !bad.Has("Écrivez un montant positif") {
		t.Errorf("%d %s", bad.Status, bad.Words())
	}
}

func TestMembersComeAndGo(t *testing.T) {
	h := withProject(t)
	omar := h.Person("omar@example.test", "Omar Lahlou", account.Reviewer)
	theirs := h.As(omar)
	if got := theirs.Get("/fr" + h.project + "/sources").Status; got != http.StatusNotFound {
		t.Errorf("who is no member sees a project: %d", got)
	}
	path := "/fr" + h.project + "/settings/members"
	if page := h.browser.Follow(h.browser.Post(path, url.Values{"email": {omar.Email}, "role": {"viewer"}})); !page.Has("Omar Lahlou") {
		t.Error(page.Words())
	}
	if page := theirs.Get("/fr" + h.project + "/sources"); page.Status != http.StatusOK || strings.Contains(page.Body, "<recon-drop") {
		t.Errorf("a viewer gets %d, or can load files", page.Status)
	}
	if page := theirs.Get("/fr" + h.project + "/settings"); !page.Has("Seuls les responsables") || strings.Contains(page.Body, "/settings/archive") {
		t.Error(page.Words())
	}
	if page := h.browser.Post(path, url.Values{"email": {"nobody@example.test"}, "role": {"viewer"}}); page.Status != http.StatusUnprocessableEntity || page.Value("email") == "" {
		t.Errorf("%d %s", page.Status, page.Words())
	}
	if page := h.browser.Post(path, url.Values{"remove": {h.kenza.ID}}); page.Status != http.StatusUnprocessableEntity {
		t.Errorf("the last owner goes: %d", page.Status)
	}
	if page := h.browser.Follow(h.browser.Post(path, url.Values{"remove": {omar.ID}})); page.Has("Omar Lahlou") {
		t.Error(page.Words())
	}
}

func TestAnArchivedProjectIsReadAndNothingElse(t *testing.T) {
	h := withProject(t)
	path := "/fr" + h.project + "/settings/archive"
	if page := h.browser.Follow(h.browser.Post(path, url.Values{"do": {"archive"}})); !page.Has("Ce projet est archivé") {
		t.Error(page.Words())
	}
	if list := h.browser.Get("/fr/recon"); list.Has("banque") {
		t.Error(list.Words())
	}
	if list := h.browser.Get("/fr/recon?archived=1"); !list.Has("banque") {
		t.Error(list.Words())
	}
	if page := h.browser.Follow(h.browser.Post(path, url.Values{"do": {"restore"}})); page.Has("Ce projet est archivé") {
		t.Error(page.Words())
	}
}

func TestTheSecretOfAHookIsShownOnce(t *testing.T) {
	h := withProject(t)
	path := "/fr" + h.project + "/settings/hooks"
	made := h.browser.Post(path, url.Values{"url": {"http://127.0.0.1:9/hook"}, "events": {"run.finished"}})
	secret := made.Value("")
	if field := regexp.MustCompile(`<input[^>]*id="secret"[^>]*value="([^"]+)"`).FindStringSubmatch(made.Body); field != nil {
		secret = field[1]
	}
	if made.Status != http.StatusOK || secret == "" {
		t.Fatalf("%d %s", made.Status, made.Words())
	}
	page := h.browser.Get(path)
	if strings.Contains(page.Body, secret) || !page.Has("Exécution terminée") {
		t.Error(page.Words())
	}
	if bad := h.browser.Post(path, url.Values{"url": {"ftp://example.test"}, "events": {"run.finished"}}); bad.Status != http.StatusUnprocessableEntity || bad.Value("url") != "ftp://example.test" {
		t.Errorf("%d %s", bad.Status, bad.Words())
	}
	hook := regexp.MustCompile(`/settings/hooks/([0-9a-f-]+)"`).FindStringSubmatch(page.Body)[1]
	if got := h.browser.Get(path + "/" + hook); got.Status != http.StatusOK || !got.Has("Aucun message") {
		t.Errorf("%d %s", got.Status, got.Words())
	}
	if gone := h.browser.Follow(h.browser.Post(path+"/"+hook, url.Values{"do": {"remove"}})); !gone.Has("Aucun webhook.") {
		t.Error(gone.Words())
	}
	if got := h.browser.Get(path + "/" + hook).Status; got != http.StatusNotFound {
		t.Errorf("a hook that is gone answers %d", got)
	}
}

func TestARunCanBeCancelledAndAskedForAgain(t *testing.T) {
	h := withProject(t)
	runs := "/fr" + h.project + "/runs"
	started := h.browser.Post(runs, url.Values{"rules": {"0"}, "full": {"1"}})
	waiting := h.browser.Follow(started)
	if !waiting.Has("Annuler") || !strings.Contains(waiting.Body, "<recon-run") {
		t.Error(waiting.Words())
	}
	if second := h.browser.Post(runs, url.Values{"rules": {"0"}}); second.Status != http.StatusUnprocessableEntity {
		t.Errorf("a second run begins: %d", second.Status)
	}
	if ended := h.browser.Follow(h.browser.Post(started.Location()+"/cancel", nil)); !ended.Has("Annulée") || strings.Contains(ended.Body, "<recon-run") {
		t.Error(ended.Words())
	}
	if late := h.browser.Post(started.Location()+"/cancel", nil); late.Status != http.StatusConflict {
		t.Errorf("what has ended is cancelled: %d", late.Status)
	}
	if list := h.browser.Get(runs); !list.Has("Exécution 1") || !list.Has("Annulée") {
		t.Error(list.Words())
	}
}

func TestNoPageHasFaults(t *testing.T) {
	h := withProject(t)
	h.run(t)
	source := regexp.MustCompile(h.project + `/sources/([0-9a-f-]+)/files`).FindStringSubmatch(h.browser.Get("/fr" + h.project + "/sources").Body)[1]
	run := regexp.MustCompile(h.project + `/runs/([0-9a-f-]+)"`).FindStringSubmatch(h.browser.Get("/fr" + h.project + "/runs").Body)[1]
	for _, path := range []string{
		"/recon", "/recon?archived=1", "/recon/new", "/recon/analytics", "/recon/analytics?project=" + h.id + "&from=2026-05-01&to=2026-06-30", h.project + "/setup", h.project + "/sources",
		h.project + "/sources/" + source, h.project + "/rules", h.project + "/rules?version=0", h.project + "/runs", h.project + "/runs/" + run, h.project + "/settings", h.project + "/settings/hooks",
	} {
		for _, language := range []string{"fr", "ar", "en"} {
			page := h.browser.Get("/" + language + path)
			if page.Status != http.StatusOK {
				t.Errorf("/%s%s answers %d\n%s", language, path, page.Status, page.Words())
			}
			for _, fault := range page.Faults(language) {
				t.Errorf("/%s%s: %s", language, path, fault)
			}
		}
	}
}

func TestRubbishIsNoFaultOfTheHouse(t *testing.T) {
	h := withProject(t)
	for _, path := range []string{"/rules?version=x", "/rules?template=x", "/rules?against=-1", "/runs?cursor=%00", "/runs/x", "/sources/x", "/settings/hooks/x", "/setup"} {
		if got := h.browser.Get("/fr" + h.project + path).Status; got >= 500 {
			t.Errorf("GET %s answers %d", path, got)
		}
	}
	long := strings.Repeat("x", 40_000)
	for _, path := range []string{"/setup", "/sources", "/sources/x", "/sources/x/uploads", "/uploads/x", "/uploads/x?offset=9", "/uploads/x/finish", "/rules", "/rules/check", "/runs", "/runs/x/cancel", "/settings", "/settings/members", "/settings/hooks", "/settings/hooks/x"} {
		for _, form := range []url.Values{{}, {"name": {long}, "yaml": {long}, "do": {"try"}, "rules": {"no-such"}, "role.0.x": {"king"}, "written.9.y": {"z"}, "version": {"99999999999999999999"}, "before": {"-5"}}} {
			if got := h.browser.Post("/fr"+h.project+path, form); got.Status >= 500 {
				t.Errorf("POST %s answers %d\n%s", path, got.Status, got.Words())
			}
		}
	}
	if got := h.browser.Get("/fr/recon/analytics?project=x&from=2026-13-01&to=y").Status; got >= 500 {
		t.Errorf("figures of nothing: %d", got)
	}
}

func TestWhatBringsFilesMayTakeItsTime(t *testing.T) {
	for path, want := range map[string]bool{
		"/fr/recon/new": true, "/ar/recon/p/setup": true, "/en/recon/p/sources/s/files": true, "/fr/recon/p/uploads/u/finish": true, "/fr/recon/p/uploads/u": true,
		"/fr/recon": false, "/fr/recon/p": false, "/fr/recon/p/review": false, "/fr/search": false, "/fr/recon/p/settings": false,
	} {
		if got := recon.TakesItsTime(httptest.NewRequest(http.MethodPost, path, nil)); got != want {
			t.Errorf("%s: %t", path, got)
		}
	}
}

func itoa(n int) string { return strconv.Itoa(n) }
