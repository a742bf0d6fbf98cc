variable "artifacts" {
  description = "Folder of the built functions; by default the repository's dist/functions/linux-arm64."
  type        = string
  default     = null
}

module "settings" {
  source = "../modules/settings"

  root        = "global"
  environment = var.environment
  repository  = var.repository
}

locals {
  provider_region = local.settings.home
}
