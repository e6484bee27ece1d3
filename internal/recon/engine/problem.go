package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"khadamat/internal/recon/rules"
	"khadamat/internal/recon/source"
)

// problem is what is wrong with the input, on its way from the child.
type problem struct {
	File   string          `json:"file,omitempty"` // whose it is
	Source *source.Problem `json:"source,omitempty"`
	Rules  *rules.Problem  `json:"rules,omitempty"`
}

// problemOf returns the problem in an error's chain, nil where there is none.
func problemOf(err error) *problem {
	var p problem
	said := ""
	switch {
	case errors.As(err, &p.Source):
		said = p.Source.Error()
	case errors.As(err, &p.Rules):
		said = p.Rules.Error()
	default:
		return nil
	}
	if file, ok := strings.CutSuffix(err.Error(), ": "+said); ok {
		p.File = file
	}
	return &p
}

// err is the error that the problem was in the child.
func (p *problem) err() error {
	var err error
	switch {
	case p.Source != nil:
		restoreNumbers(p.Source.Args)
		err = p.Source
	case p.Rules != nil:
		restoreNumbers(p.Rules.Args)
		err = p.Rules
	default:
		return errors.New("the run failed for a reason that it did not tell")
	}
	if p.File != "" {
		return fmt.Errorf("%s: %w", p.File, err)
	}
	return err
}

// restoreNumbers makes the numbers of a message's arguments again what they were before they were JSON.
func restoreNumbers(args map[string]any) {
	for name, value := range args {
		number, ok := value.(json.Number)
		if !ok {
			continue
		}
		if whole, err := number.Int64(); err == nil {
			args[name] = whole
		} else if f, err := number.Float64(); err == nil {
			args[name] = f
		}
	}
}
