"""The first shape of the tables."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("records", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("chart", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=40)),
                ("code", models.CharField(max_length=20, verbose_name="科目编码")),
                ("name", models.CharField(max_length=80, verbose_name="科目名称")),
                ("nature", models.CharField(max_length=12)),
                ("book", models.CharField(max_length=12, verbose_name="账套")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "会计科目",
                "constraints": [
                    models.UniqueConstraint(fields=("chart", "key"), name="one_account_per_chart_and_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="Voucher",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("book", models.CharField(max_length=12)),
                ("period", models.IntegerField(verbose_name="会计期间")),
                ("number", models.PositiveIntegerField(verbose_name="凭证号")),
                ("date", models.DateField(verbose_name="凭证日期")),
                ("event", models.CharField(max_length=40, verbose_name="业务")),
                ("memo", models.CharField(max_length=200, verbose_name="摘要")),
                ("reference", models.CharField(blank=True, max_length=160, verbose_name="依据")),
                ("debit_fen", models.BigIntegerField()),
                ("credit_fen", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("PENDING", "待记账"), ("POSTED", "已记账"), ("VOIDED", "已作废")],
                        max_length=8,
                    ),
                ),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
            ],
            options={
                "verbose_name": "记账凭证",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("book", "period", "number"), name="one_voucher_per_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("debit_fen", models.F("credit_fen")), ("debit_fen__gt", 0)),
                        name="voucher_balances",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VoucherLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.PositiveSmallIntegerField()),
                ("debit_fen", models.BigIntegerField()),
                ("credit_fen", models.BigIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="ledger.account"
                    ),
                ),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "voucher",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="ledger.voucher"
                    ),
                ),
            ],
            options={
                "verbose_name": "分录",
                "constraints": [
                    models.UniqueConstraint(fields=("voucher", "seq"), name="one_leg_per_seq"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("credit_fen", 0), ("debit_fen__gt", 0)),
                            models.Q(("credit_fen__gt", 0), ("debit_fen", 0)),
                            _connector="OR",
                        ),
                        name="leg_has_one_side",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VoucherStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("PENDING", "待记账"), ("POSTED", "已记账"), ("VOIDED", "已作废")],
                        max_length=8,
                    ),
                ),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditevent"
                    ),
                ),
                (
                    "voucher",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="step", to="ledger.voucher"
                    ),
                ),
            ],
            options={
                "verbose_name": "凭证流转",
            },
        ),
    ]
