package api

import (
	"time"

	"github.com/meridian-api/meridian/profiles"
)

// Profile is how a customer wants to be addressed and shown.
type Profile struct {
	// Identifier of the account that the profile belongs to.
	AccountID string `json:"accountId" format:"uuid" example:"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"`
	ProfileContent
	// When the profile was last changed.
	UpdatedAt time.Time `json:"updatedAt" example:"2026-03-04T19:15:17Z"`
}

// ProfileContent is the part of a profile that its owner writes.
type ProfileContent struct {
	// Name to address the customer by.
	DisplayName string `json:"displayName" minLength:"1" maxLength:"80" example:"Ada"`
	// Language and region for texts, a language tag (BCP 47).
	Locale string `json:"locale" pattern:"^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$" maxLength:"35" example:"en-CA"`
	// Time zone for dates and times (IANA name).
	TimeZone string `json:"timeZone" pattern:"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$" maxLength:"64" example:"America/Toronto"`
}

// FromDomain is the profile as clients see it.
func FromDomain(p profiles.Profile) Profile {
	return Profile{
		AccountID:      p.AccountID,
		ProfileContent: ProfileContent{DisplayName: p.DisplayName, Locale: p.Locale, TimeZone: p.TimeZone},
		UpdatedAt:      p.UpdatedAt,
	}
}
