export function PriceTag({ label }: { label: string }) {
  return <strong className="price">{label}</strong>;
}
