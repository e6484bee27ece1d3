package ui

import (
	"context"
	"encoding/json"
	"io"

	"github.com/a-h/templ"
)

// Thing is something that search engines are told about, in the words of schema.org: a JSON object with "@type".
type Thing map[string]any

// schema writes things as a data block, which browsers do not run and the content security policy so leaves alone. Marshalling
// escapes "<", ">" and "&": no text can end the block.
func schema(things []Thing) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		if len(things) == 0 {
			return nil
		}
		content, err := json.Marshal(Thing{"@context": "https://schema.org", "@graph": things})
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, `<script type="application/ld+json">`); err != nil {
			return err
		}
		if _, err := w.Write(content); err != nil {
			return err
		}
		_, err = io.WriteString(w, `</script>`)
		return err
	})
}
