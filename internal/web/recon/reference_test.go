package recon

import (
	"slices"
	"testing"

	"khadamat/internal/recon/rules"
)

func TestTheReferenceSaysAllThatTheSchemaSays(t *testing.T) {
	topics := referenceOf(rules.Schema())()
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
	if topics := referenceOf([]byte("no schema"))(); topics != nil {
		t.Errorf("%v", topics)
	}
}
