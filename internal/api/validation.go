package api

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"

	"khadamat/internal/platform/errs"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
)

// huma words its complaints in English and echoes what was sent. Its wording is kept in variables, so what stands there now is the
// key of our own text and, behind a bar, its argument. Both are global in huma: this is the one place that sets them, before
// anything is made with them.
func init() {
	validation.MsgUnexpectedProperty = "api.unknown_property"
	validation.MsgExpectedRFC3339DateTime = "api.not_time"
	validation.MsgExpectedRFC3339Date = "api.not_date"
	validation.MsgExpectedBoolean = "api.not_boolean"
	validation.MsgExpectedNumber = "api.not_number"
	validation.MsgExpectedInteger = "api.not_integer"
	validation.MsgExpectedString = "api.not_text"
	validation.MsgExpectedArray = "api.not_list"
	validation.MsgExpectedObject = "api.not_object"
	validation.MsgExpectedArrayItemsUnique = "api.repeated_items"
	validation.MsgExpectedOneOf = "api.one_of|%s"
	validation.MsgExpectedMinimumNumber = "api.at_least|%v"
	validation.MsgExpectedMaximumNumber = "api.at_most|%v"
	validation.MsgExpectedMinLength = "api.too_short|%d"
	validation.MsgExpectedMaxLength = "api.too_long|%d"
	validation.MsgExpectedMinItems = "api.too_few_items|%d"
	validation.MsgExpectedMaxItems = "api.too_many_items|%d"
	validation.MsgExpectedRequiredProperty = "api.required|%s"

	huma.ValidateStrictCasing = true
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, _ string, _ ...error) huma.StatusError { return &Problem{Status: status} }
	huma.NewErrorWithContext = newProblem
}

// placeholders are the names of the arguments in our texts.
var placeholders = map[string]string{
	"api.one_of": "Values", "api.at_least": "Min", "api.at_most": "Max", "api.too_short": "Min", "api.too_long": "Max",
	"api.too_few_items": "Min", "api.too_many_items": "Max",
}

// fixedMessages are the complaints about parameters that huma keeps in no variable.
var fixedMessages = map[string]string{
	"invalid integer":                      "api.not_integer",
	"invalid float":                        "api.not_number",
	"invalid boolean":                      "api.not_boolean",
	"required query parameter is missing":  "api.required",
	"required header parameter is missing": "api.required",
	"required path parameter is missing":   "api.required",
}

// newProblem is where all errors of huma and of the endpoints come through.
func newProblem(ctx huma.Context, status int, _ string, causes ...error) huma.StatusError {
	err := errorOf(status, causes)
	p := problemOf(ctx.Context(), err)
	headersOf(p, err, ctx.SetHeader)
	known := Problem(p)
	return &known
}

func errorOf(status int, causes []error) error {
	cause := errors.Join(causes...)
	if known, ok := errors.AsType[refusal](cause); ok {
		return known
	}
	if known, ok := errors.AsType[*errs.Error](cause); ok {
		return known
	}
	if _, ok := errors.AsType[*http.MaxBytesError](cause); ok || status == http.StatusRequestEntityTooLarge {
		return errs.New(errs.TooLarge, "error.too_large")
	}
	switch status {
	case http.StatusUnsupportedMediaType:
		return refusal{status: status, cause: errs.New(errs.Invalid, "api.media_type")}
	case http.StatusRequestTimeout:
		return refusal{status: status, cause: errs.New(errs.Invalid, "api.too_slow")}
	case http.StatusBadRequest:
		return unreadable(causes)
	case http.StatusUnprocessableEntity:
		return invalid(causes)
	}
	// Reading a body fails where the client goes away or breaks the framing. Neither is a fault of ours.
	if _, ok := errors.AsType[net.Error](cause); ok || errors.Is(cause, io.ErrUnexpectedEOF) {
		return badRequest("api.broken_body")
	}
	return cause
}

// unreadable is for a body that is missing or no JSON. Our own decoder names the reason with a key.
func unreadable(causes []error) error {
	for _, cause := range causes {
		if detail, ok := cause.(*huma.ErrorDetail); ok {
			if key, known := unreadableKeys[detail.Message]; known {
				return badRequest(key)
			}
			return badRequest("api.malformed_json")
		}
	}
	return badRequest("api.body_required")
}

func invalid(causes []error) error {
	var fields errs.Fields
	for _, cause := range causes {
		if detail, ok := cause.(*huma.ErrorDetail); ok {
			addComplaint(&fields, detail)
		}
	}
	if len(fields) == 0 {
		return errs.New(errs.Invalid, "error.invalid")
	}
	return fields.Err()
}

// addComplaint translates one complaint of huma. The value at fault is left out.
func addComplaint(fields *errs.Fields, detail *huma.ErrorDetail) {
	_, name, _ := strings.Cut(detail.Location, ".")
	key, argument, _ := strings.Cut(detail.Message, "|")
	if fixed, ok := fixedMessages[key]; ok {
		key = fixed
	}
	switch {
	case key == "api.required" && argument != "":
		name = join(name, argument)
	case !strings.HasPrefix(key, "api."):
		key = "api.unusable"
	}
	if name == "" {
		name = "body"
	}
	var args errs.Args
	if placeholder, ok := placeholders[key]; ok {
		args = errs.Args{placeholder: argument}
	}
	fields.Add(shorten(name), key, args)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// shorten bounds the name of an unknown property, which is anybody's to choose.
func shorten(name string) string {
	const maxRunes = 100
	runes := []rune(name)
	if len(runes) <= maxRunes {
		return name
	}
	return string(runes[:maxRunes]) + "…"
}
