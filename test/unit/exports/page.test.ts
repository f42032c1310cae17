import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import { reportPage } from '../../../src/exports/page';
import { HOSTILE, hostileReport } from './sample';

const assets = {
  script: 'const end = "</script>", open = "<!--";\n//# sourceMappingURL=panel.js.map\n',
  style: 'body { color: red } /* </style> */\n/*# sourceMappingURL=style.css.map */',
};

describe('a report as a page', () => {
  const page = reportPage(hostileReport(), assets);
  const between = (start: string, end: string): string => {
    const from = page.indexOf(start) + start.length;
    return page.slice(from, page.indexOf(end, from));
  };

  it('carries the report, from which no name can break out', () => {
    const json = between('id="embedded-report">', '</script>');
    assert.ok(!json.includes('<'));
    assert.deepEqual(JSON.parse(json), hostileReport());
    assert.equal(page.match(/<script/g)?.length, 2);
    assert.equal(page.match(/<\/script/gi)?.length, 2);
    assert.ok(!page.includes('<!--'));
    assert.ok(!between('<title>', '</title>').includes('<'), HOSTILE);
  });

  it('lets nothing run or load but what stands in it', () => {
    const policy = between('Content-Security-Policy" content="', '">');
    const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const script = between('\n<script>', '</script>');
    assert.match(policy, /^default-src 'none'; /);
    assert.ok(policy.includes(`script-src ${hash(script)};`));
    assert.ok(policy.includes(`style-src ${hash(between('<style>', '</style>'))} `));
    assert.ok(!/unsafe|https?:|\*/.test(policy), policy);
    assert.ok(!page.includes('sourceMappingURL'));
    assert.equal(runInNewContext(`${script}; end + open;`), '</script><!--');
  });
});
