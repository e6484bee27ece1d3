package recon

import (
	"slices"
	"testing"

	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/rules"
)

func TestTheReferenceSaysAllThatTheSchemaSays(t *testing.T) {
	topics := referenceOf(func() []byte { return rules.Schema(i18n.English) })()
	entries := map[string][]entry{}
	for _, topic := range topics {
		entries[topic.Name] = topic.Entries
	}
	find := func(topic, name string) *entry {
		at := slices.IndexFunc(entries[topic], func(e entry) bool { return e.Name == name })
		if at < 0 {
			t.Fatalf("%q has no %q", topic, name)
		}
		return &entries[topic][at]
	}
	if passes := find("", "passes"); passes.About == "" || passes.Example == "" {
		t.Errorf("passes are told as %+v", passes)
	}
	if auto := find("", "auto"); auto.Required || !find("", "version").Required {
		t.Error("auto is said to be needed, which written rules do without, or version not to be")
	}
	if fields := find("pass: exact", "fields"); !fields.Required {
		t.Error("an exact pass needs its fields, and the reference does not say so")
	}
	if kind := find("pass: sum", "ambiguity"); !slices.Contains(kind.Allowed, "unique") || !slices.Contains(kind.Allowed, "best") {
		t.Errorf("the words for ambiguity are %v", kind.Allowed)
	}
	if op := find("condition", "op"); !slices.Contains(op.Allowed, "is") || !slices.Contains(op.Allowed, "is_not") {
		t.Errorf("a condition compares by %v", op.Allowed)
	}
}

func TestWhatIsNoSchemaHasNoReference(t *testing.T) {
	if topics := referenceOf(func() []byte { return []byte("no schema") })(); topics != nil {
		t.Errorf("%v", topics)
	}
}

func TestTheReferenceSpeaksTheReadersLanguage(t *testing.T) {
	said := map[string]i18n.Language{}
	for _, language := range i18n.Languages {
		topics := referenceOf(func() []byte { return rules.Schema(language) })()
		if len(topics) < 10 {
			t.Fatalf("%d topics in %s", len(topics), language)
		}
		if other, twice := said[topics[0].About]; twice || topics[0].About == "" {
			t.Errorf("%s and %s both say %q", language, other, topics[0].About)
		}
		said[topics[0].About] = language
	}
}
