const format = new Intl.NumberFormat('zh-CN');

export function number(value: number): string {
  return format.format(value);
}
