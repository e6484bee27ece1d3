package ui_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/money"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/texts"
	"khadamat/internal/web/ui"
)

func reader(language i18n.Language, address string) context.Context {
	parsed, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	return ui.With(context.Background(), &ui.Request{
		Language: language, Texts: texts.Catalog(), URL: parsed, Now: time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC),
	})
}

func TestOnlyPathsOfThisSiteAreFollowed(t *testing.T) {
	for next, want := range map[string]string{
		"/fr/bookings": "/fr/bookings", "/fr/book/1?start=2026-03-03T10:00:00Z": "/fr/book/1?start=2026-03-03T10:00:00Z", "/fr#times": "/fr#times",
		"": "/fr", "bookings": "/fr", "//evil.test": "/fr", "///evil.test": "/fr", "/\\evil.test": "/fr", "\\/evil.test": "/fr", "/\t/evil.test": "/fr",
		"https://evil.test/": "/fr", "javascript:alert(1)": "/fr", "/fr\r\nSet-Cookie: a=b": "/fr", "/%zz": "/fr", "/" + strings.Repeat("a", 2000): "/fr",
		" /fr/x": "/fr", "/\x00": "/fr",
	} {
		if got := ui.LocalPath(next, "/fr"); got != want {
			t.Errorf("LocalPath(%q) = %q, want %q", next, got, want)
		}
	}
}

func FuzzLocalPathStaysHere(f *testing.F) {
	for _, seed := range []string{"/fr", "//evil.test", "/\\evil.test", "/%2f/evil.test", "/fr?next=//evil.test", "/\u2028/"} {
		f.Add(seed)
	}
	here, err := url.Parse("https://here.test/fr/sign-in")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, next string) {
		got := ui.LocalPath(next, "/fallback")
		target, err := here.Parse(got)
		if err != nil || target.Host != "here.test" || target.Scheme != "https" || !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") {
			t.Errorf("LocalPath(%q) = %q leads to %v", next, got, target)
		}
	})
}

func TestThePageKnowsItsAddressInOtherLanguages(t *testing.T) {
	for address, want := range map[string]string{
		"/fr": "/ar", "/fr/search?q=a%20b&city=fes": "/ar/search?q=a%20b&city=fes", "/dev/outbox": "/ar", "/french": "/ar", "/fr/b%C3%A9": "/ar/b%C3%A9",
	} {
		if got := ui.From(reader(i18n.French, address)).PathIn(i18n.Arabic); got != want {
			t.Errorf("%s in Arabic is %q, want %q", address, got, want)
		}
	}
}

func TestPathsAreInTheReadersLanguage(t *testing.T) {
	ctx := reader(i18n.Arabic, "/ar/search")
	if got := ui.PathWith(ctx, "/sign-in", "next", "/ar/book/1?start=a+b", "role", ""); got != "/ar/sign-in?next=%2Far%2Fbook%2F1%3Fstart%3Da%2Bb" {
		t.Error(got)
	}
	request := ui.From(ctx)
	for path, want := range map[string]bool{"/search": true, "/sea": false, "/search/x": false} {
		if request.Under(path) != want {
			t.Errorf("under %q: %v", path, !want)
		}
	}
}

func TestInitialsStandForNames(t *testing.T) {
	for name, want := range map[string]string{
		"Salma Bennani": "SB", "plomberie atlas du maarif": "PM", "Été": "É", "": "", "  ": "", "3M": "3", "<b> x": "BX",
		"سباكة الأطلس": "س\u200c\u2009أ",
	} {
		if got := ui.Initials(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestPricesAreWrittenAsInAShop(t *testing.T) {
	ctx := reader(i18n.English, "/en")
	for minor, want := range map[int64]string{25000: "250", 25050: "250.50", 0: "0", 123456700: "1,234,567"} {
		got := ui.Money(ctx, money.Of(minor, money.MAD))
		if number, _, _ := strings.Cut(got, "\u00a0"); number != want {
			t.Errorf("%d is %q, want %q MAD", minor, got, want)
		}
	}
}

func TestDaysNearAreCalledByName(t *testing.T) {
	ctx, zone := reader(i18n.English, "/en"), ui.Zone("Africa/Casablanca")
	for day, want := range map[time.Time]string{
		time.Date(2026, 3, 3, 23, 30, 0, 0, time.UTC): "today", // clocks stand at UTC in Ramadan
		time.Date(2026, 3, 4, 0, 30, 0, 0, time.UTC):  "tomorrow",
		time.Date(2026, 3, 5, 10, 0, 0, 0, time.UTC):  "Thursday 5\u00a0March",
	} {
		if got := ui.NearDay(ctx, day, zone); got != want {
			t.Errorf("%s is %q, want %q", day, got, want)
		}
	}
}

func TestDurationsAndDistancesAreShort(t *testing.T) {
	ctx := reader(i18n.French, "/fr")
	for minutes, want := range map[int]string{45: "45 min", 60: "1 h", 90: "1 h 30", 65: "1 h 05"} {
		if got := ui.Duration(ctx, minutes); got != want {
			t.Errorf("%d minutes are %q, want %q", minutes, got, want)
		}
	}
	for metres, want := range map[int]string{0: "0 m", 844: "840 m", 3210: "3,2 km", 25_600: "26 km"} {
		if got := ui.Distance(ctx, metres); got != want {
			t.Errorf("%d metres are %q, want %q", metres, got, want)
		}
	}
}

func TestProblemsAreToldByField(t *testing.T) {
	fields := errs.Fields{{Name: "name", Key: "text.required"}, {Name: "name", Key: "text.encoding"}, {Name: "q", Key: "text.too_long", Args: errs.Args{"Max": 3}}}
	problems := ui.ProblemsOf(reader(i18n.English, "/en"), fields.Err())
	if problems.Of("name") != texts.Catalog().T(i18n.English, "text.required", nil) || !strings.Contains(problems.Of("q"), "3") || problems.General == "" {
		t.Errorf("%+v", problems)
	}
	if ui.ProblemsOf(reader(i18n.English, "/en"), nil).Any() {
		t.Error("no error has problems")
	}
}

// The worst that people put into names and texts.
var hostile = []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, "</textarea><script>", "\u202egnp.exe", "&lt;b&gt;"}

func TestComponentsEscapeWhatPeopleWrite(t *testing.T) {
	for _, text := range hostile {
		ctx := ui.With(context.Background(), &ui.Request{
			Language: i18n.French, Texts: texts.Catalog(), URL: &url.URL{Path: "/fr"}, Actor: account.Actor{ID: "1", Role: account.Customer},
			Account: account.Account{ID: text, Name: text, Email: text},
		})
		input := ui.Input{Name: "a", Label: text, Value: text, Hint: text, Problem: text, Placeholder: text}
		var b strings.Builder
		for _, err := range []error{
			ui.Page(ui.Meta{Title: text, Description: text}).Render(ctx, &b), ui.Field(input).Render(ctx, &b), ui.TextArea(input).Render(ctx, &b),
			ui.Select(ui.Choice{Name: "b", Label: text, Value: text, Options: []ui.Option{{Value: text, Label: text}}}).Render(ctx, &b),
			ui.Avatar(text, text, text).Render(ctx, &b), ui.Chip("/fr", text, true).Render(ctx, &b), ui.Badge(ui.Tone(text), "", text).Render(ctx, &b),
			ui.LinkButton("javascript:alert(1)", text, "", text).Render(ctx, &b), ui.Crumbs(ui.Crumb{Href: "javascript:alert(1)", Label: text}).Render(ctx, &b),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, raw := range []string{"<script>alert", "<img src=x", "' onmouseover", "<textarea><script", `href="javascript:`} {
			if strings.Contains(b.String(), raw) {
				t.Errorf("%q comes through as %q", text, raw)
			}
		}
	}
}

func TestEveryIconCanBeDrawn(t *testing.T) {
	for _, name := range ui.IconNames() {
		var b strings.Builder
		if err := ui.Icon(name).Render(context.Background(), &b); err != nil || !strings.Contains(b.String(), "<path d=\"") {
			t.Errorf("%s: %v, %s", name, err, b.String())
		}
	}
}
