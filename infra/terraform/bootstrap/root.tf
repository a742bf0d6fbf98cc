module "settings" {
  source = "../modules/settings"

  root        = "bootstrap"
  environment = var.environment
  repository  = var.repository
}

locals {
  provider_region = local.settings.state.region
}
