package photos_test

import (
	"image/jpeg"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"khadamat/internal/account"
	"khadamat/internal/market/gallery"
	"khadamat/internal/web/webtest"
)

var address = regexp.MustCompile(`/media/([0-9a-f-]{36})/small\.jpg`)

// pictures are the ids of those that a page shows, in their order.
func pictures(p webtest.Page) (found []string) {
	for _, match := range address.FindAllStringSubmatch(p.Body, -1) {
		if len(found) == 0 || found[len(found)-1] != match[1] {
			found = append(found, match[1])
		}
	}
	return found
}

func TestAProviderHangsPhotosAndEverybodySeesThem(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	empty := owner.Get("/fr/provider/photos")
	if empty.Status != http.StatusOK || !empty.Has("Pas encore de photos") {
		t.Fatalf("status %d\n%s", empty.Status, empty.Words())
	}
	page := owner.Follow(owner.PostFiles("/fr/provider/photos", url.Values{"key": {empty.Value("key")}}, "photo", webtest.Photo(1), webtest.Photo(2)))
	shown := pictures(page)
	if len(shown) != 2 || !page.Has("Vos photos sont en ligne.") || !page.Has("2 sur 12") {
		t.Fatalf("pictures %v\n%s", shown, page.Words())
	}
	for _, size := range []string{"small", "large"} {
		got := town.Browser().Get("/media/" + shown[0] + "/" + size + ".jpg")
		if got.Status != http.StatusOK || got.Header.Get("Content-Type") != "image/jpeg" || got.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || got.Header.Get("ETag") == "" {
			t.Errorf("%s: status %d, %v", size, got.Status, got.Header)
		}
		if _, err := jpeg.Decode(strings.NewReader(got.Body)); err != nil {
			t.Errorf("%s: %v", size, err)
		}
	}
}

func TestWhatIsNoPictureOfOursIsNotThere(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	id := pictures(owner.Follow(owner.PostFiles("/fr/provider/photos", nil, "photo", webtest.Photo(1))))[0]
	for _, path := range []string{"/media/" + id + "/huge.jpg", "/media/" + id + "/small.png", "/media/" + strings.Repeat("0", 36) + "/small.jpg", "/media/..%2f..%2fetc/small.jpg"} {
		if got := town.Browser().Get(path); got.Status != http.StatusNotFound {
			t.Errorf("%s: status %d", path, got.Status)
		}
	}
}

func TestPhotosAreArrangedDescribedAndRemoved(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	shown := pictures(owner.Follow(owner.PostFiles("/fr/provider/photos", nil, "photo", webtest.Photo(1), webtest.Photo(2))))
	a, b := shown[0], shown[1]
	page := owner.Follow(owner.Post("/fr/provider/photos/"+b+"/move", url.Values{"to": {"first"}}))
	if got := pictures(page); got[0] != b || got[1] != a {
		t.Errorf("got %v", got)
	}
	page = owner.Follow(owner.Post("/fr/provider/photos/"+a, url.Values{"caption": {"Salle de bain à Anfa"}}))
	if !strings.Contains(page.Body, `alt="Salle de bain à Anfa"`) {
		t.Error("the caption is not the picture's alternative")
	}
	long := strings.Repeat("é", gallery.MaxCaptionRunes+1)
	refused := owner.Post("/fr/provider/photos/"+a, url.Values{"caption": {long}})
	if refused.Status != http.StatusUnprocessableEntity || !strings.Contains(refused.Body, long) || !refused.Has("120 caractères au plus") {
		t.Errorf("status %d\n%s", refused.Status, refused.Words())
	}
	page = owner.Follow(owner.Post("/fr/provider/photos/"+b+"/remove", nil))
	if got := pictures(page); len(got) != 1 || got[0] != a {
		t.Errorf("got %v", got)
	}
}

func TestRubbishIsRefusedWithItsReasonAndTheRestStays(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	refused := owner.PostFiles("/fr/provider/photos", nil, "photo", webtest.Photo(1), "<svg onload=alert(1)>")
	if refused.Status != http.StatusUnprocessableEntity || !refused.Has("n’est pas une photo que nous savons lire") || !refused.Has("photo2.png") || len(pictures(refused)) != 1 {
		t.Errorf("status %d, %v\n%s", refused.Status, pictures(refused), refused.Words())
	}
	if got := owner.PostFiles("/fr/provider/photos", nil, "photo"); got.Status != http.StatusUnprocessableEntity || !got.Has("Choisissez au moins une photo.") {
		t.Errorf("no file: status %d", got.Status)
	}
	if got := owner.PostBody("/fr/provider/photos", "multipart/form-data; boundary=x", "rubbish"); got.Status != http.StatusBadRequest && got.Status != http.StatusUnprocessableEntity {
		t.Errorf("no form: status %d", got.Status)
	}
}

func TestNobodyTouchesPhotosThatAreNotTheirs(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	id := pictures(owner.Follow(owner.PostFiles("/fr/provider/photos", nil, "photo", webtest.Photo(1))))[0]
	rival := town.As(town.Person("rival@example.test", "Rival", account.Provider))
	for _, verb := range []string{"", "/move", "/remove"} {
		if got := rival.Post("/fr/provider/photos/"+id+verb, url.Values{"to": {"first"}, "caption": {"À moi"}}); got.Status != http.StatusNotFound {
			t.Errorf("%s: status %d", verb, got.Status)
		}
	}
	if got := town.As(town.Salma).Get("/fr/provider/photos"); got.Status != http.StatusForbidden {
		t.Errorf("a customer: status %d", got.Status)
	}
	// Who has no profile yet is sent to make one.
	if got := rival.Get("/fr/provider/photos"); got.Status != http.StatusSeeOther || got.Location() != "/fr/provider/profile" {
		t.Errorf("status %d to %s", got.Status, got.Location())
	}
}

func TestThePageIsSoundInEveryLanguage(t *testing.T) {
	town := webtest.New(t)
	owner := town.As(town.Owner)
	owner.PostFiles("/fr/provider/photos", nil, "photo", webtest.Photo(1), webtest.Photo(2))
	for _, language := range []string{"fr", "ar", "en"} {
		page := owner.Get("/" + language + "/provider/photos")
		for _, fault := range page.Faults(language) {
			t.Errorf("%s: %s", language, fault)
		}
	}
}
