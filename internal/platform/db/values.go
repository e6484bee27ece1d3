package db

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// At is how a time is stored: microseconds since 1970 UTC, NULL for the zero time.
func At(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// Time scans what At stored into t; NULL gives the zero time.
func Time(t *time.Time) sql.Scanner { return timeScanner{t} }

type timeScanner struct{ into *time.Time }

func (s timeScanner) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		*s.into = time.Time{}
	case int64:
		*s.into = time.UnixMicro(v).UTC()
	default:
		return fmt.Errorf("a time is stored as an integer, not as %T", value)
	}
	return nil
}

// JSON is how a structured value is stored: as JSON text.
func JSON(value any) (string, error) {
	text, err := json.Marshal(value)
	return string(text), err
}

// FromJSON scans JSON text into a value; NULL and the empty text leave it as it is.
func FromJSON(into any) sql.Scanner { return jsonScanner{into} }

type jsonScanner struct{ into any }

func (s jsonScanner) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		return nil
	case string:
		if v == "" {
			return nil
		}
		return json.Unmarshal([]byte(v), s.into)
	case []byte:
		return json.Unmarshal(v, s.into)
	default:
		return fmt.Errorf("JSON is stored as text, not as %T", value)
	}
}

// Text is how an optional text is stored: NULL for the empty one.
func Text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// NullText scans an optional text; NULL gives the empty one.
func NullText(s *string) sql.Scanner { return textScanner{s} }

type textScanner struct{ into *string }

func (s textScanner) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		*s.into = ""
	case string:
		*s.into = v
	case []byte:
		*s.into = string(v)
	default:
		return fmt.Errorf("a text is stored as text, not as %T", value)
	}
	return nil
}

// Collect reads all rows with scan and closes them.
func Collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
