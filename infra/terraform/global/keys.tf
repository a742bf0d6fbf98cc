# One key in each Region for everything that the environment stores there: tables,
# secrets, logs and topics. It is our own key, because AWS's keys cannot encrypt logs and
# the topics of alarms, and because its policy allows no other account.

locals {
  # The Regions that serve, and the one with the metrics of health and cost.
  regions = toset(concat(local.settings.regions, [module.settings.global_region]))

  # A replica of strongly consistent tables needs a key, too. A lean environment uses the
  # keys of AWS, which cost nothing; its logs and topics are encrypted by the services.
  encrypted = toset(module.settings.lean ? [] : concat(tolist(local.regions), module.settings.strong.replicas))

  # The key of each Region, or null for AWS's own.
  key_arns = { for r in setunion(local.regions, module.settings.strong.replicas) : r => module.settings.lean ? null : aws_kms_key.environment[r].arn }
}

data "aws_iam_policy_document" "key" {
  #checkov:skip=CKV_AWS_109: a key's policy is about this key only, whatever its resources are.
  #checkov:skip=CKV_AWS_111: see above.
  #checkov:skip=CKV_AWS_356: see above; a key's policy accepts only *.
  for_each = local.encrypted

  # Without it, no one could change the policy again.
  statement {
    sid       = "Account"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${local.partition}:iam::${local.account}:root"]
    }
  }

  # Principals with access to a table or a secret can have it decrypted by the service
  # that stores it, and cannot use the key in any other way. The policies of AWS's own
  # keys for DynamoDB and Secrets Manager are the same, including the principal * with a
  # condition on the caller's account. So the functions need no rights in KMS.
  statement {
    sid       = "ThroughTheServicesThatKeepData"
    actions   = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:CallerAccount"
      values   = [local.account]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["dynamodb.${each.key}.amazonaws.com", "secretsmanager.${each.key}.amazonaws.com"]
    }
  }

  statement {
    sid       = "Logs"
    actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["logs.${each.key}.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "kms:EncryptionContext:aws:logs:arn"
      values   = ["arn:${local.partition}:logs:${each.key}:${local.account}:log-group:*"]
    }
  }

  # A service that publishes to an encrypted topic needs the key as well.
  statement {
    sid       = "Alarms"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = local.publishers
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_kms_key" "environment" {
  for_each = local.encrypted
  region   = each.key

  description             = "${module.settings.system.title} ${var.environment}: tables, secrets, logs and topics"
  enable_key_rotation     = true
  deletion_window_in_days = local.settings.protect ? 30 : 7
  policy                  = data.aws_iam_policy_document.key[each.key].json
}

resource "aws_kms_alias" "environment" {
  for_each = local.encrypted
  region   = each.key

  name          = module.settings.names.key_alias
  target_key_id = aws_kms_key.environment[each.key].key_id
}
