package deploy

import (
	"strings"
	"testing"
)

func TestCheckName(t *testing.T) {
	for name, want := range map[string]string{
		"dawson":    `environment "dawson" contains "aws": choose another name, because Cognito refuses it`,
		"cognitoqa": `contains "cognito"`,
		"amazon":    `contains "amazon"`,
	} {
		if err := CheckName(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %s", name, err, want)
		}
	}
	for _, name := range []string{"prod", "dev", "ada", "asw"} {
		if err := CheckName(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
