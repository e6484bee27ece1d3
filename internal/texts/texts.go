// Package texts holds every text that people read, one file per area and language, and nothing else. How a text is found, filled
// and formatted is internal/platform/i18n's.
package texts

import (
	"embed"
	"sync"

	"khadamat/internal/platform/i18n"
)

//go:embed locales
var files embed.FS

var load = sync.OnceValue(func() *i18n.Catalog {
	catalog, err := i18n.Load(files)
	if err != nil {
		// The texts are part of the binary: broken ones are a broken build, which the tests of this package stop.
		panic(err)
	}
	return catalog
})

// Catalog returns all texts. They are read and compiled at the first call.
func Catalog() *i18n.Catalog { return load() }
