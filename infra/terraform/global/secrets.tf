# The contexts' secrets. The originals are in the home Region, and the replicas where the
# functions read them. No state contains a value. A secret that rotates is a random key:
# this file writes its first value, which Terraform does not keep, and the rotation
# writes the next ones. An operator writes the value of any other secret.

locals {
  secrets = merge([
    for name, c in module.settings.contexts : { for s, v in c.secrets : s => merge(v, { context = name, owner = c.owner }) }
  ]...)
  rotated = { for s, v in local.secrets : s => v if v.rotationDays != 0 }
}

resource "aws_secretsmanager_secret" "secret" {
  for_each = local.secrets
  region   = local.settings.home

  name                    = module.settings.names.secrets[each.key]
  description             = each.value.description
  kms_key_id              = local.key_arns[local.settings.home]
  recovery_window_in_days = local.settings.protect ? 30 : 0 # 0 frees the name at once

  dynamic "replica" {
    for_each = setsubtract(local.settings.regions, [local.settings.home])

    content {
      region     = replica.value
      kms_key_id = local.key_arns[replica.value]
    }
  }

  tags = {
    context = each.value.context
    owner   = each.value.owner
  }
}

resource "aws_secretsmanager_secret_version" "first" {
  for_each = local.rotated
  region   = local.settings.home

  secret_id = aws_secretsmanager_secret.secret[each.key].id

  # 366 random bits, different in every run. Terraform writes them when the version
  # changes, which is once.
  secret_string_wo         = join("", [uuid(), uuid(), uuid()])
  secret_string_wo_version = 1

  # A version without a label is deleted in time. The provider would then find no version,
  # and write a new first value over the one that is in use
  # (hashicorp/terraform-provider-aws#37302). So the first version keeps a label of its
  # own, and only the rotation moves AWSCURRENT.
  version_stages = ["AWSCURRENT", "FIRSTVALUE"]

  lifecycle {
    ignore_changes = [version_stages]
  }
}

resource "aws_secretsmanager_secret_rotation" "secret" {
  #checkov:skip=CKV_AWS_304: the context that owns the secret declares the days.
  for_each = local.rotated
  region   = local.settings.home

  secret_id           = aws_secretsmanager_secret.secret[each.key].id
  rotation_lambda_arn = aws_lambda_function.platform["rotation"].arn
  rotate_immediately  = false # the first value is new

  rotation_rules {
    automatically_after_days = each.value.rotationDays
  }

  depends_on = [aws_lambda_permission.rotation, aws_secretsmanager_secret_version.first]
}
