export function FormError({ text }: { text: string }) {
  return (
    <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">
      {text}
    </p>
  );
}
