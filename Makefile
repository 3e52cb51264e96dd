# 邻里 (Linli): each target sets up what it needs, from Python >= 3.11, make and the package registries.
# Everything it makes stays in this folder: .venv, node_modules, */static/vendor, and LINLI_DATA_DIR (data) for the data.

export PATH := $(CURDIR)/.venv/bin:$(PATH)
# The pyright that the lock names is used, without looking for a newer one.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

PYTHON_BIN := .venv/bin/python
RUN_READY := .venv/.run-ready
DEV_READY := .venv/.dev-ready
LINLI := .venv/bin/linli
ASSETS_TRIED := .venv/.assets-tried
INSTALL := umask 022 && $(PYTHON_BIN) -m pip install -qq --disable-pip-version-check
COMPILE := .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header \
	--no-emit-index-url --no-emit-find-links --python-version 3.11

.NOTPARALLEL:
.PHONY: help install run test check soak assets lock clean

help:
	@echo 'make run      启动演示：准备好一切，打开模拟手机和管理后台'
	@echo 'make install  只准备好一切，不启动（正式部署和升级时用）'
	@echo 'make test     运行全部测试'
	@echo 'make check    检查格式、写法、类型和模块依赖'
	@echo 'make soak     长时间的故障、规模与速度测试'
	@echo 'make assets   重新取一次网页样式和脚本'
	@echo 'make lock     按 pyproject.toml、package.json 重新锁定依赖'
	@echo 'make clean    删掉装好的环境，不动 data 里的数据'

install: $(RUN_READY) $(LINLI) $(ASSETS_TRIED)

run: install
	@echo '[5/5] 启动邻里……'
	@LINLI_ENV=$${LINLI_ENV:-demo} exec $(LINLI) serve

test: $(DEV_READY) $(LINLI)
	@scripts/browser.sh
	@$(PYTHON_BIN) -m pytest $(or $(ARGS),-n auto --dist loadfile --no-loadscope-reorder)

check: $(DEV_READY)
	@scripts/node.sh
	ruff format --check .
	ruff check .
	pyright
	lint-imports

soak: $(DEV_READY) $(LINLI)
	$(PYTHON_BIN) -m pytest tests/soak $(ARGS)
	$(LINLI) bench

assets: $(RUN_READY)
	@scripts/assets.sh

lock: $(DEV_READY)
	$(COMPILE) pyproject.toml --group setup -o requirements.lock
	$(COMPILE) pyproject.toml --group setup --extra dev -c requirements.lock -o requirements-dev.lock
	$(COMPILE) --group node -o requirements-node.lock
	@scripts/node.sh
	npm install --package-lock-only --ignore-scripts

clean:
	rm -rf .venv node_modules admin/static/vendor miniprogram/static/vendor linli.egg-info
	rm -rf .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PYTHON_BIN):
	@echo '[1/5] 建立 Python 环境 .venv'
	@scripts/environment.sh

$(RUN_READY): requirements.lock | $(PYTHON_BIN)
	@echo '[2/5] 安装运行依赖（首次约需半分钟）'
	@$(INSTALL) --only-binary :all: --require-hashes -r requirements.lock
	@touch $@

$(DEV_READY): requirements-dev.lock | $(PYTHON_BIN)
	@echo '[2/5] 安装运行与开发依赖（首次约需一分钟）'
	@$(INSTALL) --only-binary :all: --require-hashes -r requirements-dev.lock
	@touch $@ $(RUN_READY)

$(LINLI): pyproject.toml | $(PYTHON_BIN)
	@echo '[3/5] 安装 linli 命令'
	@$(INSTALL) --no-deps --no-index --no-build-isolation --editable .
	@touch $@

$(ASSETS_TRIED): package-lock.json | $(PYTHON_BIN)
	@echo '[4/5] 取网页样式和脚本'
	@scripts/assets.sh || echo '警告：没有取到网页样式和脚本。页面照常可用，只是没有样式；联网后运行 make assets 再取。'
	@touch $@
