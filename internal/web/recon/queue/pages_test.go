package queue_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"khadamat/internal/account"
	"khadamat/internal/money"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/webtest"
)

// office is a town with a project that has run: forty payments that agree, one that lost a fee, and one open on each side.
type office struct {
	*webtest.Town
	kenza, omar account.Account   // who owns the project, and who reviews it
	own, other  *webtest.Browser  // theirs
	project     workspace.Project // with the reason "Frais" and a limit of 10 MAD for one person
}

func opened(t *testing.T) *office {
	t.Helper()
	o := &office{Town: webtest.New(t)}
	o.kenza, o.omar = o.Analyst("kenza@example.test", "Kenza Tazi"), o.Person("omar@example.test", "Omar Lahlou", account.Reviewer)
	ctx, kenza := t.Context(), webtest.Actor(o.kenza)
	var err error
	must := func() {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	o.project, err = o.Workspace.CreateProject(ctx, kenza, workspace.ProjectForm{Name: "Caisse de mai", Settings: workspace.Settings{WriteOffLimit: money.Of(1000, money.MAD), ReasonCodes: []string{"Frais", "Erreur"}}})
	must()
	ledger, bank := webtest.LedgerAndBank()
	for name, content := range map[string]string{"grand livre.csv": ledger, "banque.csv": bank} {
		sources, err := o.Workspace.Sources(ctx, kenza, o.project.ID)
		if err != nil {
			t.Fatal(err)
		}
		side := 0
		if strings.HasPrefix(name, "banque") {
			side = 1
		}
		for len(sources) <= side {
			made, err := o.Workspace.AddSource(ctx, kenza, o.project.ID, workspace.SourceForm{Name: []string{"Grand livre", "Banque"}[len(sources)], Kind: workspace.Files})
			if err != nil {
				t.Fatal(err)
			}
			sources = append(sources, made)
		}
		if _, err := o.Workspace.Upload(ctx, kenza, sources[side].ID, name, strings.NewReader(content), "fr"); err != nil {
			t.Fatal(err)
		}
	}
	run, err := o.Workspace.Start(ctx, kenza, o.project.ID, workspace.RunForm{Full: true})
	must()
	err = o.Workspace.Work(ctx, run.ID)
	must()
	_, err = o.Workspace.SetMember(ctx, kenza, o.project.ID, o.omar.Email, workspace.Reviewer)
	must()
	o.own, o.other = o.As(o.kenza), o.As(o.omar)
	return o
}

func (o *office) path(path string) string { return "/fr/recon/" + o.project.ID + path }

// items are those of a status.
func (o *office) items(status workspace.Status) []workspace.Item {
	o.Helper()
	found, err := o.Workspace.Items(o.Context(), webtest.Actor(o.kenza), o.project.ID, workspace.Filter{Statuses: []workspace.Status{status}}, workspace.ByUrgency, 0, 100)
	if err != nil {
		o.Fatal(err)
	}
	return found.Items
}

// first is the first item of a status.
func (o *office) first(status workspace.Status) workspace.Item {
	o.Helper()
	items := o.items(status)
	if len(items) == 0 {
		o.Fatalf("nothing is %s", status)
	}
	return items[0]
}

// script is what a script of the queue hears.
type script struct {
	Status  int
	Say     string
	Undo    []string
	Open    string
	Seq     int64
	Problem string
}

func (o *office) asks(b *webtest.Browser, path string, form url.Values) script {
	o.Helper()
	page := b.PostWith(path, form, "Accept", "application/json")
	heard := script{Status: page.Status}
	if err := json.Unmarshal([]byte(page.Body), &heard); err != nil {
		o.Fatalf("%d %v\n%s", page.Status, err, page.Body)
	}
	return heard
}

func TestPagesAreSoundInEveryLanguage(t *testing.T) {
	o := opened(t)
	open, broken, matched := o.first(workspace.StatusOpen).ID, o.first(workspace.StatusBreak).ID, o.first(workspace.StatusMatched).ID
	for _, language := range []string{"fr", "ar", "en"} {
		for _, path := range []string{"", "/review", "/review?status=all&sort=-amount&q=client&kind=one_to_one&side=0&assignee=none&min=1&max=2&from=2026-05-01&to=2026-05-31&age=1&currency=MAD&cause=fee&reason=taken&pass=exact",
			"/review?item=" + broken, "/items/" + open, "/items/" + broken, "/items/" + matched, "/match?item=" + open, "/match?q0=client", "/periods", "/activity"} {
			page := o.own.Get("/" + language + "/recon/" + o.project.ID + path)
			if page.Status != http.StatusOK {
				t.Errorf("%s %s: %d", language, path, page.Status)
			}
			for _, fault := range page.Faults(language) {
				t.Errorf("%s %s: %s", language, path, fault)
			}
		}
	}
}

func TestOthersDoNotLearnOfAProject(t *testing.T) {
	o := opened(t)
	stranger := o.As(o.Analyst("stranger@example.test", "Amal Idrissi"))
	for _, path := range []string{"", "/review", "/review/rows", "/items/" + o.first(workspace.StatusOpen).ID, "/match", "/periods", "/activity", "/export?format=csv&kind=all"} {
		if got := stranger.Get(o.path(path)); got.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.Status)
		}
	}
	for _, path := range []string{"/act", "/match", "/periods"} {
		if got := stranger.Post(o.path(path), url.Values{"do": {"accept"}, "item": {"x"}, "key": {"x"}}); got.Status == http.StatusOK || got.Status == http.StatusSeeOther {
			t.Errorf("%s: %d", path, got.Status)
		}
	}
}

func TestWithoutCodesAReasonIsSaidInOnesOwnWords(t *testing.T) {
	o := opened(t)
	changed, err := o.Workspace.Change(t.Context(), webtest.Actor(o.kenza), o.project.ID, o.project.Version, workspace.ProjectForm{Name: "Caisse de mai"})
	if err != nil {
		t.Fatal(err)
	}
	item := o.first(workspace.StatusBreak)
	page := o.own.Get(o.path("/items/" + item.ID))
	if len(changed.Settings.ReasonCodes) > 0 || !strings.Contains(page.Body, `<input class="input" type="text" id="settle-reason" name="reason"`) || !page.Has("Toute perte doit être approuvée") {
		t.Errorf("%+v\n%s", changed.Settings, page.Words())
	}
	if heard := o.asks(o.own, o.path("/act"), url.Values{"do": {"explain"}, "item": {item.ID}, "reason": {"Commission du réseau"}}); heard.Status != http.StatusOK {
		t.Errorf("%+v", heard)
	}
}

func TestEveryFigureLeadsToItsItems(t *testing.T) {
	o := opened(t)
	page := o.own.Get(o.path(""))
	for _, want := range []string{"Taux de rapprochement", "97,6 %", "grand livre", "Rien n’est perdu", "frais", "Traiter 3 éléments"} {
		if !page.Has(want) {
			t.Errorf("the results do not say %q\n%s", want, page.Words())
		}
	}
	link := regexp.MustCompile(`href="(/fr/recon/[^"]*/review\?[^"]*)"`)
	links := link.FindAllStringSubmatch(page.Body, -1)
	if len(links) < 10 {
		t.Fatalf("%d links into the queue", len(links))
	}
	for _, found := range links {
		if got := o.own.Get(strings.ReplaceAll(found[1], "&amp;", "&")); got.Status != http.StatusOK {
			t.Errorf("%s: %d", found[1], got.Status)
		}
	}
}

func TestAProjectWithoutARunLeadsToItsFiles(t *testing.T) {
	o := opened(t)
	bare, err := o.Workspace.CreateProject(t.Context(), webtest.Actor(o.kenza), workspace.ProjectForm{Name: "Vide"})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"": "Pas encore de résultat", "/review": "Tout est réglé", "/periods": "Aucune période", "/match": "Rapprocher à la main"} {
		page := o.own.Get("/fr/recon/" + bare.ID + path)
		if page.Status != http.StatusOK || !page.Has(want) {
			t.Errorf("%s: %d\n%s", path, page.Status, page.Words())
		}
	}
}

func TestTheQueueShowsWhatTheAddressChooses(t *testing.T) {
	o := opened(t)
	waiting := o.own.Get(o.path("/review"))
	if !waiting.Has("1 à 3 sur 3") || !waiting.Has("Hôtel Sirocco") || waiting.Has("FA-52003") {
		t.Errorf("what waits:\n%s", waiting.Words())
	}
	if matched := o.own.Get(o.path("/review?status=matched&q=fa-52003")); !matched.Has("1 à 1 sur 1") || !matched.Has("FA-52003") || !matched.Has("« fa-52003 »") {
		t.Errorf("searched:\n%s", matched.Words())
	}
	if left := o.own.Get(o.path("/review?status=open&side=0")); !left.Has("Imprimerie Dar") || left.Has("FRAIS DE TENUE") {
		t.Errorf("of one side:\n%s", left.Words())
	}
	if none := o.own.Get(o.path("/review?status=pending")); !none.Has("Rien ne correspond") {
		t.Errorf("nothing:\n%s", none.Words())
	}
	if odd := o.own.Get(o.path("/review?status=nonsense&sort=sideways&side=x&min=abc&offset=-4&kind=square")); odd.Status != http.StatusOK || !odd.Has("1 à 3 sur 3") {
		t.Errorf("an address that means nothing: %d", odd.Status)
	}
}

func TestTheLargestComeFirstWhereOneAsksForThem(t *testing.T) {
	o := opened(t)
	for sort, want := range map[string]string{"amount": "8 400,00", "-amount": "-45,50", "date": "01/05/2026", "-date": "27/05/2026", "difference": "Hôtel Sirocco"} {
		page := o.own.Get(o.path("/review/rows?status=all&sort=" + sort))
		first, _, _ := strings.Cut(page.Body[strings.Index(page.Body, `class="queue-row"`):], "</li>")
		if row := (webtest.Page{Body: first}); !row.Has(want) {
			t.Errorf("%s begins with %s", sort, row.Words())
		}
	}
}

func TestRowsComeInStretches(t *testing.T) {
	o := opened(t)
	rows := o.own.Get(o.path("/review/rows?status=all&offset=40"))
	if got := strings.Count(rows.Body, `class="queue-row"`); got != 3 || !strings.Contains(rows.Body, `data-total="43"`) || !strings.Contains(rows.Body, `aria-posinset="41"`) {
		t.Errorf("%d rows\n%s", got, rows.Body)
	}
	if !strings.Contains(rows.Body, `id="queue-tabs"`) || strings.Contains(rows.Body, "<html") {
		t.Error("a stretch has the counts and nothing else")
	}
}

func TestAnItemSaysWhyAndWhatDiffers(t *testing.T) {
	o := opened(t)
	page := o.own.Get(o.path("/items/" + o.first(workspace.StatusBreak).ID))
	for _, want := range []string{"Hôtel Sirocco", "+15,00", "Pourquoi", "Au départ", "Chance qu’ils aillent ensemble", "8 400 ,00", "8 385 ,00", "Jusqu’à 10,00 MAD"} {
		if !page.Has(want) {
			t.Errorf("the break does not say %q\n%s", want, page.Words())
		}
	}
	if !strings.Contains(page.Body, "<mark>") || !strings.Contains(page.Body, `class="waterfall-up"`) {
		t.Error("neither differences nor reasons are drawn")
	}
	if gone := o.own.Get(o.path("/items/mnothing")); gone.Status != http.StatusNotFound {
		t.Errorf("an item that is not there: %d", gone.Status)
	}
	if list := o.own.Get(o.path("/review?item=mnothing")); list.Status != http.StatusOK {
		t.Errorf("the list with an item that is not there: %d", list.Status)
	}
}

func TestAReasonSettlesABreak(t *testing.T) {
	o := opened(t)
	item := o.first(workspace.StatusBreak)
	page := o.own.Get(o.path("/items/" + item.ID))
	after := o.own.Follow(o.own.Post(o.path("/act"), url.Values{"do": {"explain"}, "item": {item.ID}, "reason": {"Frais"}, "note": {"Frais de remise"}, "back": {page.Value("back")}}))
	if !after.Has("Le motif est enregistré.") || !after.Has("Réglé") || !after.Has("Frais de remise") {
		t.Errorf("after the reason:\n%s", after.Words())
	}
	if left := o.items(workspace.StatusBreak); len(left) != 0 {
		t.Errorf("%d breaks are left", len(left))
	}
}

func TestAScriptHearsWhatWasDoneAndHowToTakeItBack(t *testing.T) {
	o := opened(t)
	item := o.first(workspace.StatusMatched)
	undone := o.asks(o.own, o.path("/act"), url.Values{"do": {"unmatch"}, "item": {item.ID}})
	if undone.Status != http.StatusOK || undone.Say != "1 rapprochement défait" || undone.Seq == 0 || len(undone.Undo) != 0 {
		t.Fatalf("%+v", undone)
	}
	again := o.asks(o.own, o.path("/act"), url.Values{"do": {"unmatch"}, "item": {item.ID}})
	if again.Status != http.StatusConflict || again.Problem == "" {
		t.Errorf("a second time: %+v", again)
	}
	var keys []string
	for _, open := range o.items(workspace.StatusOpen) {
		detail, err := o.Workspace.Item(t.Context(), webtest.Actor(o.kenza), o.project.ID, open.ID, "fr")
		if err != nil {
			t.Fatal(err)
		}
		if detail.Amount.Minor == item.Amount.Minor {
			keys = append(keys, detail.Records[0].Key)
		}
	}
	if len(keys) != 2 {
		t.Fatalf("%d records were set free", len(keys))
	}
	matched := o.asks(o.own, o.path("/match"), url.Values{"key": keys})
	if matched.Status != http.StatusOK || matched.Open == "" || !slices.Contains(matched.Undo, matched.Open) {
		t.Errorf("matched again: %+v", matched)
	}
	if none := o.asks(o.own, o.path("/act"), url.Values{"do": {"accept"}}); none.Status != http.StatusUnprocessableEntity || !strings.Contains(none.Problem, "Sélectionnez") {
		t.Errorf("with nothing chosen: %+v", none)
	}
	if odd := o.own.Post(o.path("/act"), url.Values{"do": {"explode"}, "item": {item.ID}}); odd.Status != http.StatusUnprocessableEntity {
		t.Errorf("an action that there is not: %d", odd.Status)
	}
}

func TestAllThatTheFilterChoosesIsDecidedAtOnce(t *testing.T) {
	o := opened(t)
	heard := o.asks(o.own, o.path("/act"), url.Values{"do": {"assign"}, "all": {"1"}, "filter": {"status=matched"}, "assignee": {o.omar.ID}})
	if heard.Status != http.StatusOK || heard.Say != "40 éléments attribués" {
		t.Fatalf("%+v", heard)
	}
	page := o.other.Get(o.path("/review?status=all&assignee=" + o.omar.ID))
	if !page.Has("1 à 40 sur 40") {
		t.Errorf("%s", page.Words())
	}
}

func TestAWriteOffAboveTheLimitTakesTwo(t *testing.T) {
	o := opened(t)
	item := o.first(workspace.StatusBreak)
	if heard := o.asks(o.own, o.path("/act"), url.Values{"do": {"write_off"}, "item": {item.ID}, "reason": {"Frais"}}); heard.Status != http.StatusOK || !slices.Contains(heard.Undo, item.ID) {
		t.Fatalf("%+v", heard)
	}
	mine, theirs := o.own.Get(o.path("/items/"+item.ID)), o.other.Get(o.path("/items/"+item.ID))
	if !mine.Has("Vous ne pouvez pas approuver") || strings.Contains(mine.Body, `value="approve"`) {
		t.Errorf("whoever wrote off reads:\n%s", mine.Words())
	}
	if !theirs.Has("Kenza Tazi propose de passer 15,00 en perte") || !strings.Contains(theirs.Body, `value="approve"`) {
		t.Errorf("the reviewer reads:\n%s", theirs.Words())
	}
	if heard := o.asks(o.own, o.path("/act"), url.Values{"do": {"approve"}, "item": {item.ID}}); heard.Status != http.StatusForbidden && heard.Status != http.StatusConflict {
		t.Errorf("one's own: %+v", heard)
	}
	after := o.other.Follow(o.other.Post(o.path("/act"), url.Values{"do": {"approve"}, "item": {item.ID}, "back": {o.path("/items/" + item.ID)}}))
	if !after.Has("C’est approuvé.") || !after.Has("Réglé") {
		t.Errorf("approved:\n%s", after.Words())
	}
}

func TestACommentStandsUnderItsItem(t *testing.T) {
	o := opened(t)
	item := o.first(workspace.StatusOpen)
	after := o.own.Follow(o.own.Post(o.path("/act"), url.Values{"do": {"comment"}, "item": {item.ID}, "text": {"  Voir avec <la banque>. "}, "back": {o.path("/items/" + item.ID)}}))
	if !after.Has("Voir avec <la banque>.") || !after.Has("Kenza Tazi") {
		t.Errorf("%s", after.Words())
	}
	if empty := o.asks(o.own, o.path("/act"), url.Values{"do": {"comment"}, "item": {item.ID}, "text": {"   "}}); empty.Status != http.StatusUnprocessableEntity || empty.Problem == "" {
		t.Errorf("nothing said: %+v", empty)
	}
}

func TestMatchingByHandAddsUpWhatIsChosen(t *testing.T) {
	o := opened(t)
	keys := make([]string, 0, 2)
	for _, item := range o.items(workspace.StatusOpen) {
		detail, err := o.Workspace.Item(t.Context(), webtest.Actor(o.kenza), o.project.ID, item.ID, "fr")
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, detail.Records[0].Key)
	}
	fromItem := o.own.Get(o.path("/match?item=" + o.first(workspace.StatusOpen).ID))
	if !fromItem.Has("1 enregistrement choisi") {
		t.Errorf("from an item:\n%s", fromItem.Words())
	}
	both := o.own.Get(o.path("/match?") + url.Values{"key": keys}.Encode())
	if !both.Has("2 enregistrements choisis") || !both.Has("+822,60") || !both.Has("Ce qui reste sera un écart") {
		t.Errorf("both:\n%s", both.Words())
	}
	alone := o.own.Post(o.path("/match"), url.Values{"key": keys[:1], "back": {o.path("/review")}})
	if alone.Status != http.StatusUnprocessableEntity || !alone.Has("1 enregistrement choisi") || alone.Titles() != 1 {
		t.Errorf("one alone: %d\n%s", alone.Status, alone.Words())
	}
	after := o.own.Follow(o.own.Post(o.path("/match"), url.Values{"key": keys, "reason": {"Erreur"}, "back": {o.path("/review")}}))
	if !after.Has("Les enregistrements sont rapprochés.") || after.Has("Imprimerie Dar") {
		t.Errorf("matched:\n%s", after.Words())
	}
	var many []string
	for range 501 {
		many = append(many, "k")
	}
	if got := o.own.Get(o.path("/match?") + url.Values{"key": many}.Encode()); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("more than a person matches by hand: %d", got.Status)
	}
}

func TestAMonthIsSignedByAnother(t *testing.T) {
	o := opened(t)
	prepared := o.own.Follow(o.own.Post(o.path("/periods"), url.Values{"do": {"prepare"}, "period": {"2026-05"}, "note": {"Tout est expliqué."}}))
	if !prepared.Has("La période est préparée.") || !prepared.Has("Préparée par Kenza Tazi") || strings.Contains(prepared.Body, `value="sign"`) {
		t.Fatalf("prepared:\n%s", prepared.Words())
	}
	if seen := o.other.Get(o.path("/periods")); !strings.Contains(seen.Body, `value="sign"`) {
		t.Fatalf("the reviewer:\n%s", seen.Words())
	}
	signed := o.other.Follow(o.other.Post(o.path("/periods"), url.Values{"do": {"sign"}, "period": {"2026-05"}}))
	if !signed.Has("Validée par Omar Lahlou") || strings.Contains(signed.Body, `value="reopen"`) {
		t.Fatalf("signed:\n%s", signed.Words())
	}
	sheet := o.other.Get(o.path("/export?format=pdf&kind=sign_off&period=2026-05"))
	if sheet.Status != http.StatusOK || !strings.HasPrefix(sheet.Body, "%PDF-") || sheet.Header.Get("Content-Type") != "application/pdf" {
		t.Errorf("the sheet: %d %s", sheet.Status, sheet.Header)
	}
	if why := o.own.Post(o.path("/periods"), url.Values{"do": {"reopen"}, "period": {"2026-05"}, "note": {" "}}); why.Status != http.StatusUnprocessableEntity || why.Titles() != 1 {
		t.Errorf("reopened without a word: %d", why.Status)
	}
	open := o.own.Follow(o.own.Post(o.path("/periods"), url.Values{"do": {"reopen"}, "period": {"2026-05"}, "note": {"Un relevé manquait."}}))
	if !open.Has("La période est rouverte.") {
		t.Errorf("reopened:\n%s", open.Words())
	}
}

func TestResultsLeaveAsFiles(t *testing.T) {
	o := opened(t)
	for query, begins := range map[string]string{
		"format=csv&kind=all": "PK", "format=csv&kind=open": "\ufeff", "format=xlsx&kind=all": "PK", "format=json&kind=all": "{", "format=pdf&kind=all": "%PDF-",
	} {
		file := o.own.Get(o.path("/export?" + query))
		if file.Status != http.StatusOK || !strings.Contains(file.Header.Get("Content-Disposition"), "attachment") || file.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v", query, file.Status, file.Header)
		}
		if !strings.HasPrefix(file.Body, begins) && !strings.HasPrefix(file.Body, "side") {
			t.Errorf("%s begins with %.20q", query, file.Body)
		}
	}
	if odd := o.own.Get(o.path("/export?format=doc&kind=all")); odd.Status != http.StatusUnprocessableEntity || odd.Header.Get("Content-Disposition") != "" {
		t.Errorf("a format that there is not: %d", odd.Status)
	}
}

func TestTheTrailSaysWhoDidWhat(t *testing.T) {
	o := opened(t)
	item := o.first(workspace.StatusOpen)
	o.asks(o.other, o.path("/act"), url.Values{"do": {"assign"}, "item": {item.ID}, "assignee": {o.kenza.ID}})
	page := o.own.Get(o.path("/activity"))
	for _, want := range []string{"Omar Lahlou a attribué", "Personne : Kenza Tazi", "Khadamat a terminé le rapprochement", "a chargé un fichier", "Fichier : banque.csv"} {
		if !page.Has(want) && !page.Has(strings.ReplaceAll(want, " :", ":")) {
			t.Errorf("the trail does not say %q\n%s", want, page.Words())
		}
	}
	if !strings.Contains(page.Body, o.path("/items/"+item.ID)) {
		t.Error("the trail does not lead to the item")
	}
}

func TestWhoeverOnlyLooksDecidesNothing(t *testing.T) {
	o := opened(t)
	if _, err := o.Workspace.SetMember(t.Context(), webtest.Actor(o.kenza), o.project.ID, o.omar.Email, workspace.Viewer); err != nil {
		t.Fatal(err)
	}
	item := o.first(workspace.StatusBreak)
	for _, path := range []string{"/review", "/items/" + item.ID, "/periods"} {
		page := o.other.Get(o.path(path))
		if page.Status != http.StatusOK || strings.Contains(page.Body, `name="do"`) {
			t.Errorf("%s: %d has something to decide", path, page.Status)
		}
	}
	if heard := o.asks(o.other, o.path("/act"), url.Values{"do": {"explain"}, "item": {item.ID}, "reason": {"Frais"}}); heard.Status != http.StatusForbidden {
		t.Errorf("%+v", heard)
	}
}

func TestAnItemOfSeveralRecordsShowsBothSides(t *testing.T) {
	o := opened(t)
	var keys []string
	var kind result.Kind
	for _, item := range append(o.items(workspace.StatusOpen), o.first(workspace.StatusMatched)) {
		if item.Side < 0 {
			o.asks(o.own, o.path("/act"), url.Values{"do": {"unmatch"}, "item": {item.ID}})
		}
	}
	for _, item := range o.items(workspace.StatusOpen) {
		detail, err := o.Workspace.Item(t.Context(), webtest.Actor(o.kenza), o.project.ID, item.ID, "fr")
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, detail.Records[0].Key)
	}
	heard := o.asks(o.own, o.path("/match"), url.Values{"key": keys, "reason": {"Erreur"}})
	detail, err := o.Workspace.Item(t.Context(), webtest.Actor(o.kenza), o.project.ID, heard.Open, "fr")
	if err != nil {
		t.Fatal(err)
	}
	kind = detail.Kind
	page := o.own.Get(o.path("/items/" + heard.Open))
	if len(keys) != 4 || !page.Has("grand livre 2 enregistrements") || !page.Has("banque 2 enregistrements") || !page.Has("Somme") {
		t.Errorf("%d records, %s\n%s", len(keys), kind, page.Words())
	}
}
