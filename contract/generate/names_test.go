package generate

import (
	"reflect"
	"testing"

	"github.com/meridian-api/meridian/contract/generate/fixture/api"
	"github.com/meridian-api/meridian/platform/problem"
)

func TestKebab(t *testing.T) {
	for id, want := range map[string]string{
		"get": "get", "getMyAccount": "get-my-account", "getURL": "get-url", "getURLOf": "get-url-of",
		"get2Factor": "get2-factor", "aBC": "a-bc", "": "",
	} {
		if got := kebab(id); got != want {
			t.Errorf("kebab(%q) = %q, want %q", id, got, want)
		}
	}
}

func TestComponentName(t *testing.T) {
	for want, goType := range map[string]reflect.Type{
		"Order":                  reflect.TypeFor[api.Order](),
		"PageOrder":              reflect.TypeFor[api.Page[api.Order]](),
		"PagePageNote":           reflect.TypeFor[api.Page[api.Page[*api.Note]]](),
		"PairMapStringIntString": reflect.TypeFor[api.Pair[map[string]int, []string]](),
		"PairAnyMapStringAny":    reflect.TypeFor[api.Pair[any, map[string]any]](),
		"ProblemField":           reflect.TypeFor[problem.Field](),
		"":                       reflect.TypeFor[struct{}](),
	} {
		if got := componentName(goType); got != want {
			t.Errorf("componentName(%s) = %q, want %q", goType, got, want)
		}
	}
}

func TestCamel(t *testing.T) {
	for slug, want := range map[string]string{"out-of-stock": "OutOfStock", "mute": "Mute", "": ""} {
		if got := camel(slug); got != want {
			t.Errorf("camel(%q) = %q, want %q", slug, got, want)
		}
	}
}

// TestEnvironment compares the number of threads with the processors that Lambda
// assigns, at the boundaries of memory.
func TestEnvironment(t *testing.T) {
	for memory, want := range map[int]string{128: "1", 512: "1", 1769: "1", 1770: "2", 3538: "2", 3539: "3", 10240: "6"} {
		if got := environment(memory)["GOMAXPROCS"]; got != want {
			t.Errorf("environment(%d) has %s threads, want %s", memory, got, want)
		}
	}
}
