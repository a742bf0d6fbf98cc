package schema

import "unicode/utf8"

// runeRange is a range of code points, both ends included.
type runeRange struct{ first, last rune }

// The classes of code points in the format line. They are few enough to be written
// into a pattern of the specification: all white space and all code points that
// Unicode shows as nothing (Default_Ignorable_Code_Point, format characters, and the
// fillers U+2800 and U+3164). Combining marks need a character before them. The classes
// are of the Basic Multilingual Plane, apart from those in beyond.
var (
	controls = []runeRange{
		{0x0000, 0x001f}, {0x007f, 0x009f}, {0x2028, 0x202e}, {0x2066, 0x2069}, {utf8.RuneError, utf8.RuneError},
	}
	spaces = []runeRange{
		{0x0020, 0x0020}, {0x00a0, 0x00a0}, {0x1680, 0x1680}, {0x2000, 0x200a}, {0x202f, 0x202f}, {0x205f, 0x205f},
		{0x3000, 0x3000},
	}
	invisibles = []runeRange{
		{0x00ad, 0x00ad}, {0x0300, 0x036f}, {0x061c, 0x061c}, {0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180b, 0x180f},
		{0x200b, 0x200f}, {0x2060, 0x206f}, {0x2800, 0x2800}, {0x3164, 0x3164}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff},
		{0xffa0, 0xffa0}, {0xfff0, 0xfffb},
	}
	// beyond are the invisible code points of other planes: format characters of
	// hieroglyphs, shorthand and music, and the plane of tags and variation selectors.
	beyond = []runeRange{{0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff}}
)

func isControl(r rune) bool { return in(controls, r) }

func isSpace(r rune) bool { return in(spaces, r) }

// isInvisible reports whether a text that begins with r begins with nothing that can
// be seen.
func isInvisible(r rune) bool {
	return isSpace(r) || in(invisibles, r) || in(beyond, r)
}

func in(class []runeRange, r rune) bool {
	for _, c := range class {
		if r >= c.first && r <= c.last {
			return true
		}
	}
	return false
}
