variable "site" {
  description = "Folder of the portal's static copy; by default the repository's dist/site."
  type        = string
  default     = null
}

module "settings" {
  source = "../modules/settings"

  root        = "portal"
  environment = var.environment
  repository  = var.repository
}

locals {
  provider_region = local.settings.home
}
