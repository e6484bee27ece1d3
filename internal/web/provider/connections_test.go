package provider_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"khadamat/internal/account"
	"khadamat/internal/market/verification"
	"khadamat/internal/web/webtest"
)

func TestASecretAddressShowsTheBookingsToWhoKnowsIt(t *testing.T) {
	town := webtest.New(t)
	owner, stranger := town.As(town.Owner), town.Browser()
	b := town.Book(town.Instant, town.At(10, 0))
	made := owner.Post("/fr/provider/calendar/connections/feed", nil)
	address := regexp.MustCompile(`https://khadamat\.example(/calendar/[\w-]{43}\.ics)`).FindStringSubmatch(made.Body)
	if made.Status != http.StatusOK || address == nil || made.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("status %d:\n%s", made.Status, made.Words())
	}
	feed := stranger.Get(address[1])
	if feed.Status != http.StatusOK || feed.Header.Get("Content-Type") != "text/calendar; charset=utf-8" || !strings.Contains(feed.Body, "UID:"+b.ID) || feed.Header.Get("ETag") == "" || feed.Header.Get("Last-Modified") == "" {
		t.Errorf("the feed answers %d %v:\n%s", feed.Status, feed.Header, feed.Body)
	}
	if again := owner.Get("/fr/provider/calendar/connections"); strings.Contains(again.Body, address[1]) || !again.Has("Votre adresse fonctionne depuis") {
		t.Error("the secret is shown a second time, or nobody says that there is one")
	}
	wrong := stranger.Get("/calendar/" + strings.Repeat("A", 43) + ".ics")
	for _, path := range []string{"/calendar/x", "/calendar/x.ics", strings.TrimSuffix(address[1], ".ics"), address[1] + ".ics"} {
		if got := stranger.Get(path); got.Status != http.StatusNotFound || got.Body != wrong.Body {
			t.Errorf("%s answers %d %q, unlike another wrong one", path, got.Status, got.Body)
		}
	}
	owner.Follow(owner.Post("/fr/provider/calendar/connections/feed/close", nil))
	if got := stranger.Get(address[1]); got.Status != http.StatusNotFound {
		t.Errorf("a closed address answers %d", got.Status)
	}
}

func TestACalendarElsewhereIsConnectedAndRemoved(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	for _, wrong := range []string{"", "http://calendar.example/a.ics", "nonsense", "https://a:b@calendar.example"} {
		answer := owner.Post("/fr/provider/calendar/connections", url.Values{"url": {wrong}, "name": {"Privé"}})
		if answer.Status != http.StatusUnprocessableEntity || answer.Value("name") != "Privé" || !strings.Contains(answer.Body, `class="problem"`) {
			t.Errorf("%q answers %d", wrong, answer.Status)
		}
	}
	form := url.Values{"url": {"https://127.0.0.1:1/secret.ics"}, "name": {"Privé"}, "key": {"one"}}
	connected := owner.Follow(owner.Post("/fr/provider/calendar/connections", form))
	if !connected.Has("Privé") || !connected.Has("Première lecture") || strings.Contains(connected.Body, "secret.ics") {
		t.Fatalf("the calendar is not there, or its secret is:\n%s", connected.Words())
	}
	owner.Post("/fr/provider/calendar/connections", form)
	sources, err := town.Calendars.Sources(t.Context(), webtest.Actor(town.Owner))
	if err != nil || len(sources) != 1 {
		t.Fatalf("%+v (%v)", sources, err)
	}
	if err := town.Calendars.Fetch(t.Context(), sources[0].ID); err != nil {
		t.Fatal(err)
	}
	if failed := owner.Get("/fr/provider/calendar/connections"); !failed.Has("pas sur l’internet public") {
		t.Errorf("an address on this machine is not refused in words:\n%s", failed.Words())
	}
	if calendar := owner.Get("/fr/provider/calendar"); !calendar.Has("n’a pas pu être lu") {
		t.Error("the calendar does not tell of it")
	}
	if soon := owner.Follow(owner.Post("/fr/provider/calendar/connections/"+sources[0].ID+"/refresh", nil)); !soon.Has("vient d’être lu") {
		t.Errorf("read again at once:\n%s", soon.Words())
	}
	if removed := owner.Follow(owner.Post("/fr/provider/calendar/connections/"+sources[0].ID+"/remove", nil)); removed.Has("Privé") {
		t.Error("it was not removed")
	}
}

// files is a form with files, as a browser sends it.
func files(t *testing.T, content map[verification.Kind]string) (contentType, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, kind := range verification.Kinds {
		part, err := w.CreateFormFile(string(kind), string(kind)+".pdf")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write([]byte(content[kind])) // an input that was left empty has no content
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.String()
}

func TestDocumentsAreSentCheckedAndTakenBack(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	send := func(content map[verification.Kind]string) webtest.Page {
		contentType, body := files(t, content)
		return owner.PostBody("/fr/provider/documents", contentType, body)
	}
	half := send(map[verification.Kind]string{verification.IdentityFront: "%PDF-1.7 front", verification.Trade: "<html>"})
	if half.Status != http.StatusUnprocessableEntity || !half.Has("ni un PDF") || !half.Has("identity_front.pdf") {
		t.Fatalf("status %d:\n%s", half.Status, half.Words())
	}
	if missing := send(nil); missing.Status != http.StatusUnprocessableEntity || strings.Count(missing.Body, `class="problem"`) != 2 {
		t.Errorf("status %d, %d problems, want 2", missing.Status, strings.Count(missing.Body, `class="problem"`))
	}
	sent := owner.Follow(send(map[verification.Kind]string{verification.IdentityBack: "%PDF-1.7 back", verification.Trade: "%PDF-1.7 trade"}))
	if !sent.Has("Nous vérifions vos documents") {
		t.Fatalf("they were not sent:\n%s", sent.Words())
	}
	submission, err := town.Documents.Mine(t.Context(), webtest.Actor(town.Owner))
	if err != nil || submission.Status != verification.Submitted || len(submission.Documents) != 3 {
		t.Fatalf("%+v (%v)", submission, err)
	}
	id := submission.Documents[0].ID
	file := owner.Get("/fr/provider/documents/" + id)
	if file.Status != http.StatusOK || file.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment;") || !strings.HasPrefix(file.Body, "%PDF-1.7") {
		t.Errorf("the file answers %d %v", file.Status, file.Header)
	}
	other := town.As(town.Person("other@example.test", "Autre", account.Provider))
	if got := other.Get("/fr/provider/documents/" + id); got.Status != http.StatusNotFound {
		t.Errorf("somebody else reads it: %d", got.Status)
	}
	if back := owner.Follow(owner.Post("/fr/provider/documents/take-back", nil)); !back.Has("Vous pouvez changer vos documents") {
		t.Errorf("they cannot be taken back:\n%s", back.Words())
	}
	if removed := owner.Follow(owner.Post("/fr/provider/documents/"+id+"/remove", nil)); !removed.Has("Document retiré") {
		t.Errorf("one cannot be removed:\n%s", removed.Words())
	}
}
