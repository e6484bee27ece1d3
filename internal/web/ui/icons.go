package ui

import (
	"maps"
	"slices"
)

// icons are the drawings of our icons on a field of 24 by 24, as path data. They are lines of 1.75, drawn by the style sheet.
var icons = map[string]string{
	"search":   "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM20 20l-4.7-4.7",
	"pin":      "M12 21s7-6.1 7-11.3A7 7 0 0 0 5 9.7C5 14.9 12 21 12 21ZM12 7.2a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2Z",
	"calendar": "M6.5 5h11A2.5 2.5 0 0 1 20 7.5v10a2.5 2.5 0 0 1-2.5 2.5h-11A2.5 2.5 0 0 1 4 17.5v-10A2.5 2.5 0 0 1 6.5 5ZM4 10h16M8.5 3v4M15.5 3v4M8.5 14h2M13.5 14h2",
	"clock":    "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 7.5V12l3 2",
	"check":    "m5 12.5 4.5 4.5L19 7.5",
	"shield":   "M12 3l7 2.5v5.7c0 4.3-2.9 7.9-7 9.8-4.1-1.9-7-5.5-7-9.8V5.5L12 3ZM8.8 12l2.3 2.3 4.3-4.5",
	"bolt":     "M13 3 5.5 13.5H11L10 21l8-11h-5.5L13 3Z",
	"next":     "m9.5 5.5 6.5 6.5-6.5 6.5",
	"back":     "M14.5 5.5 8 12l6.5 6.5",
	"down":     "m6 9.5 6 6 6-6",
	"close":    "m6.5 6.5 11 11M17.5 6.5l-11 11",
	"user":     "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20c.8-3.6 3.7-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
	"globe":    "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM3.8 12h16.4M12 3.5c2.3 2.5 3.5 5.3 3.5 8.5s-1.2 6-3.5 8.5c-2.3-2.5-3.5-5.3-3.5-8.5S9.7 6 12 3.5Z",
	"filter":   "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4ZM9 14.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4Z",
	"inbox":    "M4 13.5 6.3 6a2 2 0 0 1 1.9-1.5h7.6A2 2 0 0 1 17.7 6L20 13.5V18a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-4.5ZM4 13.5h4.5l1.3 2.5h4.4l1.3-2.5H20",
	"sun":      "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1",
	"home":     "M4 11.5 12 4.5l8 7M6 10v8.5a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V10M10 19.5v-5h4v5",
	"shop":     "M5 10v8.5a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1V10M4 9.5 5.5 4.5h13L20 9.5c0 1.5-1.2 2.5-2.7 2.5S14.7 11 14.7 9.5c0 1.5-1.2 2.5-2.7 2.5S9.3 11 9.3 9.5c0 1.5-1.2 2.5-2.6 2.5S4 11 4 9.5ZM10 19.5V15h4v4.5",
	"screen":   "M5 5h14a1.5 1.5 0 0 1 1.5 1.5v8A1.5 1.5 0 0 1 19 16H5a1.5 1.5 0 0 1-1.5-1.5v-8A1.5 1.5 0 0 1 5 5ZM9 20h6M12 16v4",
	"wallet":   "M5 6.5h12.5A1.5 1.5 0 0 1 19 8v1.5M5 6.5A1.5 1.5 0 0 1 6 4l9.5-.5v3M3.5 6v11.5A2 2 0 0 0 5.5 19.5h13a1.5 1.5 0 0 0 1.5-1.5v-7a1.5 1.5 0 0 0-1.5-1.5H5A1.5 1.5 0 0 1 3.5 8M16 14.5h.1",
	"info":     "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 11v5M12 8h.1",
	"warning":  "M12 4.5 3.5 19h17L12 4.5ZM12 10v4M12 16.5h.1",
	"plus":     "M12 5v14M5 12h14",
	"mail":     "M5.5 5.5h13A1.5 1.5 0 0 1 20 7v10a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17V7a1.5 1.5 0 0 1 1.5-1.5ZM4.5 7l7.5 6 7.5-6",
	"leave":    "M13.5 4.5h-6A1.5 1.5 0 0 0 6 6v12a1.5 1.5 0 0 0 1.5 1.5h6M11 12h9.5M17 8.5l3.5 3.5-3.5 3.5",
	"edit":     "m5 19 1-4.2L15.8 5a1.8 1.8 0 0 1 2.5 0l.7.7a1.8 1.8 0 0 1 0 2.5L9.2 18 5 19ZM14 7l3 3",
	"trash":    "M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7M10.5 11v5M13.5 11v5",
	"list":     "M8.5 6.5H20M8.5 12H20M8.5 17.5H20M4.5 6.5h.1M4.5 12h.1M4.5 17.5h.1",
	"phone":    "M7.5 4.5h2l1.5 4-2 1.5a10 10 0 0 0 5 5l1.5-2 4 1.5v2a3 3 0 0 1-3 3C10 19.5 4.5 14 4.5 7.5a3 3 0 0 1 3-3Z",
	"eye":      "M3 12c2-4 5.2-6 9-6s7 2 9 6c-2 4-5.2 6-9 6s-7-2-9-6ZM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6Z",
	"hide":     "M4 4l16 16M9.5 6.4A9.6 9.6 0 0 1 12 6c3.8 0 7 2 9 6a14 14 0 0 1-2.6 3.6M6.3 8.2A13 13 0 0 0 3 12c2 4 5.2 6 9 6a9.7 9.7 0 0 0 4-.9",
	"swap":     "M4.5 9h13M14 5.5 17.5 9 14 12.5M19.5 16h-13M10 12.5 6.5 16l3.5 3.5",
	"star":     "M12 2.8l2.75 5.75 6.25.850-4.55 4.4 1.1 6.25L12 17l-5.55 3.05 1.1-6.25L3 9.4l6.25-.850L12 2.8Z",
}

// filled are the icons that are a shape rather than lines.
var filled = map[string]bool{"star": true}

// turning are the icons that point along the line of reading, and so the other way in Arabic.
var turning = map[string]bool{"next": true, "back": true, "leave": true}

func iconClass(name string) string {
	class := "icon"
	if filled[name] {
		class += " filled"
	}
	if turning[name] {
		class += " turns"
	}
	return class
}

// iconPath returns the drawing of an icon. An unknown name is a mistake in a page, and panics where a test sees it.
func iconPath(name string) string {
	path, ok := icons[name]
	if !ok {
		panic("ui: no icon is called " + name)
	}
	return path
}

// IconNames lists all icons, in ascending order.
func IconNames() []string { return slices.Sorted(maps.Keys(icons)) }
