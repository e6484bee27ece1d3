package i18n

import (
	"encoding/json"
	"math"
	"time"
)

var nowWords = map[Language]string{French: "à l’instant", Arabic: "الآن", English: "just now"}

const day = 24 * time.Hour

// units go from the shortest to the longest; each is used until the next reads better, rounding included: 59.5 minutes are
// already an hour.
var units = []unit{
	{time.Minute, 59*time.Minute + 29*time.Second, words(
		`{"one":"il y a {{.Count}} minute","other":"il y a {{.Count}} minutes"}`,
		`{"zero":"الآن","one":"قبل دقيقة","two":"قبل دقيقتين","few":"قبل {{.Count}} دقائق","many":"قبل {{.Count}} دقيقة","other":"قبل {{.Count}} دقيقة"}`,
		`{"one":"{{.Count}} minute ago","other":"{{.Count}} minutes ago"}`,
	), words(
		`{"one":"dans {{.Count}} minute","other":"dans {{.Count}} minutes"}`,
		`{"zero":"الآن","one":"بعد دقيقة","two":"بعد دقيقتين","few":"بعد {{.Count}} دقائق","many":"بعد {{.Count}} دقيقة","other":"بعد {{.Count}} دقيقة"}`,
		`{"one":"in {{.Count}} minute","other":"in {{.Count}} minutes"}`,
	)},
	{time.Hour, 23*time.Hour + 29*time.Minute, words(
		`{"one":"il y a {{.Count}} heure","other":"il y a {{.Count}} heures"}`,
		`{"zero":"الآن","one":"قبل ساعة","two":"قبل ساعتين","few":"قبل {{.Count}} ساعات","many":"قبل {{.Count}} ساعة","other":"قبل {{.Count}} ساعة"}`,
		`{"one":"{{.Count}} hour ago","other":"{{.Count}} hours ago"}`,
	), words(
		`{"one":"dans {{.Count}} heure","other":"dans {{.Count}} heures"}`,
		`{"zero":"الآن","one":"بعد ساعة","two":"بعد ساعتين","few":"بعد {{.Count}} ساعات","many":"بعد {{.Count}} ساعة","other":"بعد {{.Count}} ساعة"}`,
		`{"one":"in {{.Count}} hour","other":"in {{.Count}} hours"}`,
	)},
	{day, 30 * day, words(
		`{"one":"il y a {{.Count}} jour","other":"il y a {{.Count}} jours"}`,
		`{"zero":"اليوم","one":"قبل يوم","two":"قبل يومين","few":"قبل {{.Count}} أيام","many":"قبل {{.Count}} يوما","other":"قبل {{.Count}} يوم"}`,
		`{"one":"{{.Count}} day ago","other":"{{.Count}} days ago"}`,
	), words(
		`{"one":"dans {{.Count}} jour","other":"dans {{.Count}} jours"}`,
		`{"zero":"اليوم","one":"بعد يوم","two":"بعد يومين","few":"بعد {{.Count}} أيام","many":"بعد {{.Count}} يوما","other":"بعد {{.Count}} يوم"}`,
		`{"one":"in {{.Count}} day","other":"in {{.Count}} days"}`,
	)},
	{30*day + 10*time.Hour + 30*time.Minute, 350 * day, words(
		`{"one":"il y a {{.Count}} mois","other":"il y a {{.Count}} mois"}`,
		`{"zero":"هذا الشهر","one":"قبل شهر","two":"قبل شهرين","few":"قبل {{.Count}} أشهر","many":"قبل {{.Count}} شهرا","other":"قبل {{.Count}} شهر"}`,
		`{"one":"{{.Count}} month ago","other":"{{.Count}} months ago"}`,
	), words(
		`{"one":"dans {{.Count}} mois","other":"dans {{.Count}} mois"}`,
		`{"zero":"هذا الشهر","one":"بعد شهر","two":"بعد شهرين","few":"بعد {{.Count}} أشهر","many":"بعد {{.Count}} شهرا","other":"بعد {{.Count}} شهر"}`,
		`{"one":"in {{.Count}} month","other":"in {{.Count}} months"}`,
	)},
	{365*day + 6*time.Hour, math.MaxInt64, words(
		`{"one":"il y a {{.Count}} an","other":"il y a {{.Count}} ans"}`,
		`{"zero":"هذه السنة","one":"قبل سنة","two":"قبل سنتين","few":"قبل {{.Count}} سنوات","many":"قبل {{.Count}} سنة","other":"قبل {{.Count}} سنة"}`,
		`{"one":"{{.Count}} year ago","other":"{{.Count}} years ago"}`,
	), words(
		`{"one":"dans {{.Count}} an","other":"dans {{.Count}} ans"}`,
		`{"zero":"هذه السنة","one":"بعد سنة","two":"بعد سنتين","few":"بعد {{.Count}} سنوات","many":"بعد {{.Count}} سنة","other":"بعد {{.Count}} سنة"}`,
		`{"one":"in {{.Count}} year","other":"in {{.Count}} years"}`,
	)},
}

// words compiles the forms of one phrase, which are written here and so must compile.
func words(french, arabic, english string) map[Language]*text {
	compiled := make(map[Language]*text, len(Languages))
	for language, raw := range map[Language]string{French: french, Arabic: arabic, English: english} {
		t, err := compile(language, json.RawMessage(raw))
		if err != nil {
			panic("i18n: " + err.Error())
		}
		compiled[language] = &t
	}
	return compiled
}
