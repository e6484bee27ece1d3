package catalog

import (
	"context"
	"strings"
	"testing"

	"khadamat/internal/account"
	"khadamat/internal/money"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
)

func TestFoldingMakesSpellingsAlike(t *testing.T) {
	for _, same := range [][]string{
		{"سباك", "سبّاك", "سبـــاك", "سَبَّاكٌ"},
		{"اكادير", "أكادير", "إكادير", "آكادير", "ٱكادير"},
		{"خياطه", "خياطة"},
		{"مقهي", "مقهى"},
		{"menage", "Ménage", "MÉNAGE", "me\u0301nage", "ｍｅｎａｇｅ"},
		{"garde d enfants", "Garde d’enfants", "garde d'enfants", "  garde   d-enfants!"},
		{"oeuvre", "Œuvre"},
		{"10 25", "١٠ ٢٥", "۱۰ ۲۵"},
		{"", "", "…", "َّ"},
	} {
		for _, spelling := range same {
			if got := fold(spelling); got != same[0] {
				t.Errorf("fold(%q) = %q, want %q", spelling, got, same[0])
			}
		}
	}
}

func TestLongerWordsMayHaveMoreMistakes(t *testing.T) {
	for runes, want := range map[int]int{1: 0, 3: 0, 4: 1, 7: 1, 8: 2, maxMistakenRunes: 2, maxMistakenRunes + 1: 0, MaxQueryRunes: 0} {
		if got := mistakes(runes); got != want {
			t.Errorf("a word of %d letters may have %d mistakes, want %d", runes, got, want)
		}
	}
}

// market is one provider a city, each with services that the words below are to find.
func market(t testing.TB) *world {
	now := clock.NewManual(dbtest.Start)
	w := newWorld(t, dbtest.SQLite(t, now), now)
	offers := []struct {
		name, city, category string
		title                Text
	}{
		{"Youssef El Amrani", "casablanca", "plomberie", Text{FR: "Réparation de fuite", EN: "Leak repair"}},
		{"Hassan Bouzid", "rabat", "plomberie", Text{FR: "Installation de chauffe-eau", AR: "تركيب سخان الماء"}},
		{"Khadija Lahlou", "rabat", "menage", Text{FR: "Ménage complet", AR: "تنظيف شامل", EN: "Full cleaning"}},
		{"Omar Tazi", "fes", "barbier", Text{FR: "Coupe et barbe", AR: "حلاقة ولحية", EN: "Haircut and beard"}},
		{"Salma Idrissi", "marrakech", "jardinage", Text{FR: "Entretien de jardin", EN: "Garden upkeep"}},
		{"Nadia Berrada", "tanger", "soutien-scolaire", Text{FR: "Cours de mathématiques", AR: "دروس الرياضيات", EN: "Maths lessons"}},
	}
	for _, offer := range offers {
		actor := w.person(t, account.Provider)
		profile := plumberProfile()
		profile.Name, profile.CityID = offer.name, offer.city
		profile.Bio = Text{EN: strings.Repeat("Known in the whole quarter. ", 3)}
		p, err := w.CreateProvider(t.Context(), actor, profile)
		if err != nil {
			t.Fatal(err)
		}
		input := plumbing()
		input.CategoryID, input.Title, input.Description, input.Price = offer.category, offer.title, Text{}, money.Of(100_00, money.MAD)
		if _, err := w.PutService(t.Context(), actor, p.ID, input); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Activate(t.Context(), actor, p.ID); err != nil {
			t.Fatal(err)
		}
	}
	w.run(t)
	return w
}

func names(page Page) string {
	var all []string
	for _, hit := range page.Items {
		all = append(all, strings.Fields(hit.Provider.Name)[0])
	}
	return strings.Join(all, " ")
}

func TestWordsFindServicesInThreeLanguages(t *testing.T) {
	w := market(t)
	for _, test := range []struct{ rule, text, city, want string }{
		{"a title, without its accents", "menage", "", "Khadija"},
		{"a category's name in French", "plomberie", "rabat", "Hassan"},
		{"a category's name in Arabic, with the article", "السباكة", "rabat", "Hassan"},
		{"a category's name in English", "plumbing", "rabat", "Hassan"},
		{"who does it, in French", "plombier", "rabat", "Hassan"},
		{"a letter missing", "plomier", "rabat", "Hassan"},
		{"a letter wrong", "plonbier", "rabat", "Hassan"},
		{"two letters exchanged", "polmbier", "rabat", "Hassan"},
		{"in Arabic", "سباك", "rabat", "Hassan"},
		{"in Arabic with shadda", "سبّاك", "rabat", "Hassan"},
		{"a letter wrong in Arabic", "سباق", "rabat", "Hassan"},
		{"in Darija, Latin letters", "sabbak", "rabat", "Hassan"},
		{"a wrong letter in English", "plumbar", "rabat", "Hassan"},
		{"a city and a trade", "plombier rabat", "", "Hassan"},
		{"a city and a trade in Arabic", "سباك الرباط", "", "Hassan"},
		{"a city with a preposition joined", "سباك بالرباط", "", "Hassan"},
		{"a city misspelt", "plombier rabta", "", "Hassan"},
		{"a plural", "jardins", "", "Salma"},
		{"an English plural", "haircuts", "", "Omar"},
		{"words that say nothing are passed over", "un plombier à la maison de rabat", "", "Hassan"},
		{"an elided article", "l’entretien d'un jardin", "", "Salma"},
		{"the beginning of the last word", "math", "", "Nadia"},
		{"two letters wrong in a long word", "matematiqes", "", "Nadia"},
		{"a provider's name", "khadija", "", "Khadija"},
		{"where no service has all words, those with most of them count", "barbe zzzzzz fes", "", "Omar"},
		{"a top category stands for all of its children", "travaux", "rabat", "Hassan"},
		{"nonsense finds nothing", "zzzzzz", "", ""},
		{"signs alone find nothing", "?!", "", ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			page, err := w.Search(t.Context(), Query{Text: test.text, CityID: test.city})
			if err != nil {
				t.Fatal(err)
			}
			if got := names(page); got != test.want {
				t.Errorf("%q finds %q, want %q", test.text, got, test.want)
			}
			if page.Total != len(page.Items) {
				t.Errorf("total %d of %d items", page.Total, len(page.Items))
			}
		})
	}
}

func TestTheArabicNameOfACityFindsAllOfIt(t *testing.T) {
	w := market(t)
	page, err := w.Search(t.Context(), Query{Text: "الرباط", Sort: ByPrice})
	if err != nil {
		t.Fatal(err)
	}
	if page.Total != 2 || page.Items[0].Provider.CityID != "rabat" || page.Items[1].Provider.CityID != "rabat" {
		t.Errorf("found %q, want the two providers of Rabat", names(page))
	}
}

func TestATitleCountsMoreThanADescription(t *testing.T) {
	w := market(t)
	actor := w.person(t, account.Provider)
	profile := plumberProfile()
	profile.Name = "Zineb Only Describes"
	p, err := w.CreateProvider(t.Context(), actor, profile)
	if err != nil {
		t.Fatal(err)
	}
	input := plumbing()
	input.CategoryID, input.Title, input.Description = "peinture", Text{FR: "Murs"}, Text{FR: "Après une fuite, nous repeignons."}
	if _, err := w.PutService(t.Context(), actor, p.ID, input); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Activate(t.Context(), actor, p.ID); err != nil {
		t.Fatal(err)
	}
	page, err := w.Search(t.Context(), Query{Text: "fuite"})
	if err != nil {
		t.Fatal(err)
	}
	if got := names(page); page.Total < 2 || !strings.HasSuffix(got, "Zineb") {
		t.Errorf("found %q, want the description last", got)
	}
}

func TestAmongEqualMatchesTheReadersLanguageComesFirst(t *testing.T) {
	w := market(t)
	for language, want := range map[string]string{"en": "Youssef", "ar": "Hassan"} {
		page, err := w.Search(t.Context(), Query{Text: "plumber", Language: language})
		if err != nil {
			t.Fatal(err)
		}
		if got := names(page); !strings.HasPrefix(got, want) {
			t.Errorf("in %s found %q, want %s first", language, got, want)
		}
	}
}

func TestAChangeIsFoundByItsWordsAtOnce(t *testing.T) {
	w := market(t)
	actor, p, s := w.plumber(t)
	find := func(text string) int {
		page, err := w.Search(t.Context(), Query{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		return page.Total
	}
	input := plumbing()
	input.ID, input.Title = s.ID, Text{FR: "Dégorgement hydrodynamique"}
	if _, err := w.PutService(t.Context(), actor, p.ID, input); err != nil {
		t.Fatal(err)
	}
	if got := find("hydrodynamique"); got != 1 {
		t.Errorf("the new title finds %d services, want 1", got)
	}
	if err := w.RemoveService(t.Context(), actor, p.ID, s.ID); err != nil {
		t.Fatal(err)
	}
	if got := find("hydrodynamique"); got != 0 {
		t.Errorf("the removed service is found %d times", got)
	}
}

func TestASearchWaitsForTheWordsWithinItsContext(t *testing.T) {
	now := clock.NewManual(dbtest.Start)
	w := newWorld(t, dbtest.SQLite(t, now), now)
	w.plumber(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.Search(ctx, Query{Text: "fuite"}); errs.CodeOf(err) != errs.Unavailable {
		t.Errorf("a search whose time is over gives %v, want unavailable", err)
	}
	found := make(chan int)
	go func() {
		page, err := w.Search(t.Context(), Query{Text: "fuite"})
		if err != nil {
			t.Error(err)
		}
		found <- page.Total
	}()
	w.run(t)
	if got := <-found; got != 1 {
		t.Errorf("the search that waited found %d services, want 1", got)
	}
}

func TestManyChangesLeadToAFreshTableWithTheSameAnswers(t *testing.T) {
	w := market(t)
	actor, p, _ := w.plumber(t)
	profile := plumberProfile()
	if _, err := w.Search(t.Context(), Query{Text: "fuite"}); err != nil {
		t.Fatal(err)
	}
	for range maxTableChanges {
		if _, err := w.UpdateProfile(t.Context(), actor, p.ID, profile); err != nil {
			t.Fatal(err)
		}
	}
	if !w.words.scattered() {
		t.Fatal("the table does not ask to be built anew")
	}
	before, err := w.Search(t.Context(), Query{Text: "plombier"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.buildWords(); err != nil {
		t.Fatal(err)
	}
	after, err := w.Search(t.Context(), Query{Text: "plombier"})
	if err != nil {
		t.Fatal(err)
	}
	if w.words.scattered() || names(before) != names(after) || before.Total != 3 {
		t.Errorf("before %q, after %q", names(before), names(after))
	}
}

func TestSuggestions(t *testing.T) {
	w := market(t)
	for _, test := range []struct {
		rule, prefix, lang string
		want               Suggestion
	}{
		{"a category, in the reader's language", "plom", "ar", Suggestion{SuggestCategory, "plomberie", "السباكة"}},
		{"a category by what people call it", "sabb", "fr", Suggestion{SuggestCategory, "plomberie", "Plomberie"}},
		{"a category by its Arabic name, any hamza", "الكهر", "en", Suggestion{SuggestCategory, "electricite", "Electrical work"}},
		{"a title", "coupe", "fr", Suggestion{SuggestService, "", "Coupe et barbe"}},
		{"a title by a later word", "barbe", "fr", Suggestion{SuggestService, "", "Coupe et barbe"}},
		{"a misspelt category", "plonb", "fr", Suggestion{SuggestCategory, "plomberie", "Plomberie"}},
		{"a misspelt title", "mathém", "fr", Suggestion{SuggestService, "", "Cours de mathématiques"}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			found, err := w.Suggest(t.Context(), test.prefix, test.lang, 0)
			if err != nil {
				t.Fatal(err)
			}
			if len(found) == 0 || !contains(found, test.want) {
				t.Errorf("%q suggests %v, want %v among them", test.prefix, found, test.want)
			}
		})
	}
	found, err := w.Suggest(t.Context(), "khad", "fr", 0)
	if err != nil {
		t.Fatal(err)
	}
	if last := found[len(found)-1]; last.Kind != SuggestProvider || last.Text != "Khadija Lahlou" {
		t.Errorf("a provider's name suggests %v", found)
	}
	if found, err = w.Suggest(t.Context(), "c", "fr", 3); err != nil || len(found) != 3 {
		t.Errorf("a limit of 3 gives %v, %v", found, err)
	}
	if found, err = w.Suggest(t.Context(), " ", "fr", 3); err != nil || found == nil || len(found) != 0 {
		t.Errorf("nothing typed gives %v, %v", found, err)
	}
}

func contains(all []Suggestion, one Suggestion) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

func FuzzWords(f *testing.F) {
	for _, seed := range []string{"plombier", "سبّاك", "l’eau", "\xff", "ﷺﷺﷺ", "a\u202eb", strings.Repeat("ﷺ", 200)} {
		f.Add(seed)
	}
	w := market(f)
	f.Fuzz(func(t *testing.T, text string) {
		folded := fold(text)
		if again := fold(folded); again != folded {
			t.Errorf("fold is not stable: %q then %q", folded, again)
		}
		if n := len(queryWords(text)); n > maxWords {
			t.Errorf("%d words", n)
		}
		page, err := w.Search(t.Context(), Query{Text: text})
		if code := errs.CodeOf(err); err != nil && code != errs.Invalid {
			t.Errorf("search for %q: %v", text, err)
		}
		if page.Total > 6 {
			t.Errorf("%d services of 6", page.Total)
		}
		if _, err := w.Suggest(t.Context(), text, "fr", 0); err != nil && errs.CodeOf(err) != errs.Invalid {
			t.Errorf("suggest for %q: %v", text, err)
		}
	})
}
