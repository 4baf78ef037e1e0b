"""Every table of the books, created whole."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('ledger', '0001_initial'), ('ledger', '0002_closing')]

    initial = True

    dependencies = [
        ('records', '0001_squashed_0003_registers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.auditevent')),
                ('chart', models.CharField(max_length=20)),
                ('key', models.CharField(max_length=40)),
                ('code', models.CharField(max_length=20, verbose_name='科目编码')),
                ('name', models.CharField(max_length=80, verbose_name='科目名称')),
                ('nature', models.CharField(max_length=12)),
                ('book', models.CharField(max_length=12, verbose_name='账套')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
            ],
            options={
                'verbose_name': '会计科目',
                'constraints': [models.UniqueConstraint(fields=('chart', 'key'), name='one_account_per_chart_and_key')],
            },
        ),
        migrations.CreateModel(
            name='Voucher',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.auditevent')),
                ('book', models.CharField(max_length=12)),
                ('period', models.IntegerField(verbose_name='会计期间')),
                ('number', models.PositiveIntegerField(verbose_name='凭证号')),
                ('date', models.DateField(verbose_name='凭证日期')),
                ('event', models.CharField(max_length=40, verbose_name='业务')),
                ('memo', models.CharField(max_length=200, verbose_name='摘要')),
                ('reference', models.CharField(blank=True, max_length=160, verbose_name='依据')),
                ('debit_fen', models.BigIntegerField()),
                ('credit_fen', models.BigIntegerField()),
                ('state', models.CharField(choices=[('PENDING', '待记账'), ('POSTED', '已记账'), ('VOIDED', '已作废')], max_length=8)),
                ('reversal_of', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='ledger.voucher')),
                ('late_for', models.DateField(null=True, verbose_name='应记日期')),
            ],
            options={
                'verbose_name': '记账凭证',
                'constraints': [models.UniqueConstraint(fields=('book', 'period', 'number'), name='one_voucher_per_number'), models.CheckConstraint(condition=models.Q(('late_for__isnull', True), ('late_for__lt', models.F('date')), _connector='OR'), name='late_voucher_is_later'), models.CheckConstraint(condition=models.Q(('debit_fen', models.F('credit_fen')), ('debit_fen__gt', 0)), name='voucher_balances')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.auditevent')),
                ('voucher', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='ledger.voucher')),
                ('sha256', models.CharField(max_length=64)),
                ('filename', models.CharField(max_length=200)),
                ('pages', models.PositiveSmallIntegerField(default=1, verbose_name='张数')),
            ],
            options={
                'verbose_name': '凭证附件',
                'constraints': [models.UniqueConstraint(fields=('voucher', 'sha256'), name='one_paper_once_per_voucher')],
            },
        ),
        migrations.CreateModel(
            name='PeriodClose',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.auditevent')),
                ('book', models.CharField(max_length=12, verbose_name='账套')),
                ('kind', models.CharField(choices=[('MONTH', '月结'), ('YEAR', '年结')], max_length=5)),
                ('period', models.IntegerField(verbose_name='会计期间，月为 YYYYMM，年为 YYYY')),
                ('vouchers', models.PositiveIntegerField(verbose_name='凭证张数')),
                ('lines', models.PositiveIntegerField(verbose_name='分录条数')),
                ('debit_fen', models.BigIntegerField(verbose_name='借方发生额')),
                ('balances', models.TextField(verbose_name='期末余额（JSON，分）')),
                ('previous', models.CharField(blank=True, max_length=64, verbose_name='上一份清单的 SHA-256')),
                ('manifest', models.CharField(max_length=64, verbose_name='清单的 SHA-256')),
            ],
            options={
                'verbose_name': '结账',
                'constraints': [models.UniqueConstraint(fields=('book', 'kind', 'period'), name='each_period_closed_once')],
            },
        ),
        migrations.CreateModel(
            name='ReconciledGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.auditevent')),
                ('account', models.CharField(max_length=40, verbose_name='账户')),
                ('method', models.CharField(choices=[('RULE', '规则'), ('HAND', '手工')], max_length=4)),
                ('rule', models.CharField(max_length=40, verbose_name='规则')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='理由')),
            ],
            options={
                'verbose_name': '勾对',
                'constraints': [models.CheckConstraint(condition=models.Q(('method', 'RULE'), models.Q(('note', ''), _negated=True), _connector='OR'), name='match_by_hand_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='VoucherLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.auditevent')),
                ('voucher', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='ledger.voucher')),
                ('seq', models.PositiveSmallIntegerField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='ledger.account')),
                ('debit_fen', models.BigIntegerField()),
                ('credit_fen', models.BigIntegerField()),
            ],
            options={
                'verbose_name': '分录',
                'constraints': [models.UniqueConstraint(fields=('voucher', 'seq'), name='one_leg_per_seq'), models.CheckConstraint(condition=models.Q(models.Q(('credit_fen', 0), ('debit_fen__gt', 0)), models.Q(('credit_fen__gt', 0), ('debit_fen', 0)), _connector='OR'), name='leg_has_one_side')],
            },
        ),
        migrations.CreateModel(
            name='ReconciledLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.auditevent')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='ledger.reconciledgroup')),
                ('statement_line', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reconciled', to='records.statementline')),
                ('voucher_line', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reconciled', to='ledger.voucherline')),
            ],
            options={
                'verbose_name': '勾对明细',
                'constraints': [models.CheckConstraint(condition=models.Q(('statement_line__isnull', True), ('voucher_line__isnull', True), _connector='XOR'), name='bank_or_books')],
            },
        ),
        migrations.CreateModel(
            name='Reconciliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.auditevent')),
                ('account', models.CharField(max_length=40, verbose_name='账户')),
                ('period', models.IntegerField(verbose_name='会计期间')),
                ('book_fen', models.BigIntegerField(verbose_name='账面余额')),
                ('bank_fen', models.BigIntegerField(verbose_name='银行余额')),
                ('items', models.TextField(verbose_name='未达账项（JSON）')),
            ],
            options={
                'verbose_name': '银行对账',
                'constraints': [models.UniqueConstraint(fields=('account', 'period'), name='one_reconciliation_a_month')],
            },
        ),
        migrations.CreateModel(
            name='VoucherStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.auditevent')),
                ('voucher', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='step', to='ledger.voucher')),
                ('state', models.CharField(choices=[('PENDING', '待记账'), ('POSTED', '已记账'), ('VOIDED', '已作废')], max_length=8)),
            ],
            options={
                'verbose_name': '凭证流转',
            },
        ),
    ]
