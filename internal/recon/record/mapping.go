package record

// Mapping is what a person says about columns, by their names.
type Mapping map[string]Mapped

// Mapped is what a column is taken for. What is empty is learnt.
type Mapped struct {
	Role    Role   `json:"role,omitempty"`
	Type    Type   `json:"type,omitempty"`
	Written string `json:"written,omitempty"` // as Profile.Written says it: "dd/mm/yyyy", "1234,56"
	Ignore  bool   `json:"ignore,omitempty"`  // the column takes no part in matching
}
