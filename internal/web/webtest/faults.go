package webtest

import (
	"fmt"
	"html"
	"regexp"
	"strings"
)

var (
	anyTag    = regexp.MustCompile(`<([a-zA-Z][\w-]*)((?:\s+[^<>"]*(?:"[^"]*")?)*)\s*/?>`)
	handler   = regexp.MustCompile(`\son[a-z]+\s*=`)
	style     = regexp.MustCompile(`\sstyle\s*=`)
	quoted    = regexp.MustCompile(`"[^"]*"`)
	wrapped   = regexp.MustCompile(`(?s)<label[^>]*>.*?</label>`)
	scheme    = regexp.MustCompile(`(?i)^\s*(javascript|data|vbscript):`)
	htmlOpen  = regexp.MustCompile(`<html lang="(\w+)" dir="(\w+)"`)
	direction = map[string]string{"fr": "ltr", "ar": "rtl", "en": "ltr"}
)

// Faults lists what no page of ours may have: anything that the content security policy forbids (data blocks for search engines
// it does not: browsers never run them), more or less than one first
// heading, inputs without a label, images without an alternative, an id twice, a language that is not that of the path.
func (p Page) Faults(language string) []string {
	var faults []string
	add := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if got := htmlOpen.FindStringSubmatch(p.Body); got == nil || got[1] != language || got[2] != direction[language] {
		add("the page says %v, want lang %s and dir %s", got, language, direction[language])
	}
	if n := p.Titles(); n != 1 {
		add("%d first headings", n)
	}
	labelled := map[string]bool{}
	inLabels := strings.Join(wrapped.FindAllString(p.Body, -1), "")
	for _, tag := range anyTag.FindAllStringSubmatch(p.Body, -1) {
		if strings.EqualFold(tag[1], "label") {
			labelled[attributesOf(tag[0])["for"]] = true
		}
	}
	seen := map[string]bool{}
	for _, tag := range anyTag.FindAllStringSubmatch(p.Body, -1) {
		name, attributes := strings.ToLower(tag[1]), attributesOf(tag[0])
		bare := quoted.ReplaceAllString(tag[0], `""`) // what stands within a value is harmless
		if handler.MatchString(bare) || style.MatchString(bare) || name == "style" || (name == "script" && attributes["src"] == "" && attributes["type"] != "application/ld+json") {
			add("inline script or style: %s", tag[0])
		}
		for _, address := range []string{attributes["href"], attributes["src"], attributes["action"]} {
			if scheme.MatchString(address) {
				add("an address that runs: %s", tag[0])
			}
		}
		if id := attributes["id"]; id != "" {
			if seen[id] {
				add("the id %s stands twice", id)
			}
			seen[id] = true
		}
		switch name {
		case "img":
			if !strings.Contains(tag[0], ` alt="`) {
				add("an image without an alternative: %s", tag[0])
			}
		case "input", "select", "textarea":
			hidden := attributes["type"] == "hidden"
			if !hidden && !labelled[attributes["id"]] && attributes["aria-label"] == "" && !strings.Contains(inLabels, tag[0]) {
				add("an input without a label: %s", tag[0])
			}
		}
	}
	return faults
}

func attributesOf(tag string) map[string]string {
	attributes := map[string]string{}
	for _, pair := range attribute.FindAllStringSubmatch(tag, -1) {
		attributes[pair[1]] = html.UnescapeString(pair[2])
	}
	return attributes
}
